/* The map: classes painted from the rows of the table, services as shapes, everything on one canvas. */
window.reliance = window.reliance || {};

(function (reliance) {
  "use strict";

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const locale = () => (document.documentElement.lang === "en" ? "en-GB" : "fr-FR");
  const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  /* -- fills: a colour, or a small pattern drawn once. A canvas takes either as its fill style. -- */

  const fills = {};

  const SHARP = 4; /* drawn larger than it is shown: fine screens and pictures stay sharp */

  function tile(background, ink, draw) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8 * SHARP;
    const ctx = canvas.getContext("2d");
    ctx.scale(SHARP, SHARP);
    ctx.fillStyle = background;
    ctx.fillRect(0, 0, 8, 8);
    ctx.strokeStyle = ctx.fillStyle = ink;
    draw(ctx);
    const pattern = ctx.createPattern(canvas, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / SHARP));
    return pattern;
  }

  function hatch(ctx) {
    ctx.lineWidth = 1.1;
    ctx.beginPath();
    for (const shift of [-8, 0, 8]) {
      ctx.moveTo(shift - 2, 10);
      ctx.lineTo(shift + 10, -2);
    }
    ctx.stroke();
  }

  function dots(ctx) {
    ctx.beginPath();
    ctx.arc(2, 2, 0.9, 0, 7);
    ctx.arc(6, 6, 0.9, 0, 7);
    ctx.fill();
  }

  function fill(verdict) {
    if (!(verdict in fills)) {
      const ink = css(`--hatch-${verdict}`);
      const colour = css(`--fill-${verdict}`);
      fills[verdict] = ink ? tile(colour, ink, verdict === "not_published" ? dots : hatch) : colour;
    }
    return fills[verdict];
  }
  reliance.fill = fill;
  reliance.hatched = (colour, ink) => tile(colour, ink, hatch);

  /* -- outlines -- */

  let fingerprint = null;
  let level = null;
  let isSettled = false;
  let layers = new Map();
  let rows = new Map();
  let shown = new Set();
  let words = { verdicts: {} };
  let selected = null;
  let isFlipping = false;

  const isDimmed = (row) => row && ((shown.size > 0 && !shown.has(row.verdict)) || (isFlipping && row.robust === true));

  function style(code) {
    const row = rows.get(code);
    const thin = level === "commune" ? 0.35 : 0.7;
    const base = row
      ? { fillColor: fill(row.verdict), fillOpacity: isDimmed(row) ? 0.15 : 1, color: row.verdict === "not_published" ? "#a9a9a3" : "#ffffff", weight: thin, opacity: 1 }
      : { fillColor: "#f4f4f2", fillOpacity: 1, color: "#cfcfca", weight: thin, opacity: 1 };
    return code === selected ? { ...base, color: "#101418", weight: 3 } : base;
  }

  function tooltip(feature) {
    const row = rows.get(feature.properties.code);
    const lines = [`<strong>${escaped(feature.properties.name)}</strong>`];
    if (row) {
      lines.push(escaped(words.verdicts[row.verdict] || ""));
      if (isFlipping && row.robust !== undefined) lines.push(escaped(row.robust ? words.robust : words.changes));
      lines.push(escaped(row.told !== undefined ? row.told : row.low === undefined ? row.reason || "" : reliance.format.interval(row)));
    }
    return lines.join("<br>");
  }

  /* A new layer of outlines forgets the one before. Leaflet styles an outline before it hands it over. */
  function enter(context) {
    if (context.hideout.layer === fingerprint) return;
    fingerprint = context.hideout.layer;
    level = context.hideout.level;
    layers = new Map();
    reliance.leaflet = context.map;
    isSettled = false;
    /* dash-leaflet adds the outlines, then moves to them: what depends on the view waits for the end of the move. */
    context.map.once("moveend", () => {
      isSettled = true;
      marksToFront();
      if (selected) show(selected);
    });
  }

  function styleOutline(feature, context) {
    enter(context);
    return style(feature.properties.code);
  }

  function onEachOutline(feature, layer, context) {
    enter(context);
    const code = feature.properties.code;
    layers.set(code, layer);
    layer.bindTooltip(() => tooltip(feature), { sticky: true, className: "map-tooltip" });
    layer.on("click", () => dash_clientside.set_props("carte-clicked", { data: `${level}:${code}` }));
  }

  /* Services stand above the outlines, whichever came first. */
  function marksToFront() {
    reliance.leaflet.eachLayer((layer) => layer.options.family && layer.bringToFront());
  }

  /* Bring the selected outline to the front, and into view when it is out of it or too small to be seen. */
  function show(code) {
    const layer = layers.get(code);
    const map = layer && layer._map;
    if (!map) return;
    if (!isSettled) return;
    layer.bringToFront();
    marksToFront();
    const bounds = layer.getBounds();
    const size = map.latLngToContainerPoint(bounds.getSouthEast()).subtract(map.latLngToContainerPoint(bounds.getNorthWest()));
    const isSmall = Math.max(size.x, size.y) < 14;
    if (isSmall || !map.getBounds().contains(bounds.getCenter())) {
      const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      map.flyToBounds(bounds.pad(isSmall ? 4 : 1), { animate, duration: 0.5 });
    }
  }

  /* Leaflet's own titles are English, and its map has no name. */
  function translateMap() {
    const map = document.getElementById("carte-map");
    map.setAttribute("role", "group");
    map.setAttribute("aria-label", words.map);
    for (const [name, title] of [["in", words.zoomIn], ["out", words.zoomOut]]) {
      const button = document.querySelector(`.leaflet-control-zoom-${name}`);
      if (!button) continue;
      button.title = title;
      button.setAttribute("aria-label", title);
    }
  }

  /* The first rows are those that the table was drawn with. */
  function paint(answer, newSelected, verdicts, flipping, firstRows, newWords) {
    const newRows = answer ? answer.rows : firstRows;
    words = newWords;
    isFlipping = Boolean(flipping);
    translateMap();
    shown = new Set(verdicts);
    rows = new Map((newRows || []).map((row) => [row.code, row]));
    const before = selected;
    selected = newSelected ? newSelected.split(":")[1] : null;
    for (const [code, layer] of layers) {
      const now = style(code);
      const old = layer.options;
      if (old.fillColor !== now.fillColor || old.fillOpacity !== now.fillOpacity || old.weight !== now.weight) layer.setStyle(now);
    }
    if (selected && selected !== before) show(selected);
    reliance.selectRow("carte-table", selected);
    performance.mark("reliance-painted");
    return rows.size;
  }

  /* The table takes its rows once the map is painted: it is the longer of the two. */
  async function tabulate(answer) {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    return [answer.rows, answer.columns];
  }

  /* -- services: shapes on the same canvas, so that outlines below stay clickable and a picture holds them -- */

  const SHAPES = {
    citizen: (ctx, x, y, r) => ctx.arc(x, y, r, 0, 2 * Math.PI),
    institutional: (ctx, x, y, r) => ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
    professional: (ctx, x, y, r) => {
      ctx.moveTo(x, y - r * 1.15);
      ctx.lineTo(x + r * 1.1, y + r * 0.85);
      ctx.lineTo(x - r * 1.1, y + r * 0.85);
      ctx.closePath();
    },
  };

  let Mark = null;

  function mark(latlng, options) {
    Mark =
      Mark ||
      L.CircleMarker.extend({
        _updatePath() {
          const renderer = this._renderer;
          if (!renderer._drawing || this._empty()) return;
          const ctx = renderer._ctx;
          const point = this._point;
          ctx.beginPath();
          SHAPES[this.options.family](ctx, point.x, point.y, this._radius);
          renderer._fillStroke(ctx, this);
          if (this.options.text) {
            ctx.globalAlpha = 1;
            ctx.fillStyle = "#16202b";
            ctx.font = "600 11px system-ui, sans-serif";
            ctx.textAlign = "center";
            ctx.textBaseline = "middle";
            ctx.fillText(this.options.text, point.x, point.y + 0.5);
          }
        },
      });
    return new Mark(latlng, { color: "#ffffff", weight: 1.5, opacity: 1, fillOpacity: 1, ...options });
  }

  function service(feature, latlng) {
    const family = feature.properties.family;
    return mark(latlng, { family, radius: 6, fillColor: css(`--family-${family}`) });
  }

  function cluster(feature, latlng) {
    const count = feature.properties.point_count;
    const radius = 8 + 1.6 * Math.log2(count);
    const said = new Intl.NumberFormat(locale(), { notation: "compact" }).format(count);
    return mark(latlng, { family: "citizen", radius: Math.min(radius, 26), fillColor: "#ffffff", fillOpacity: 0.92, color: "#2b2f36", text: said });
  }

  function onEachService(feature, layer, context) {
    const p = feature.properties;
    const said = context.hideout;
    if (p.cluster) {
      layer.bindTooltip(said.cluster.replace("%s", p.point_count.toLocaleString(locale())), { className: "map-tooltip" });
      return;
    }
    const hours = p.hours === null || p.hours === undefined ? said.unknown : said.hours.replace("%s", p.hours.toLocaleString(locale()));
    const lines = [`<strong>${escaped(p.name)}</strong>`, escaped(`${p.category} · ${p.commune}`), escaped(hours)];
    layer.bindTooltip(lines.join("<br>"), { className: "map-tooltip" });
  }

  reliance.map = {
    styleOutline,
    onEachOutline,
    service,
    cluster,
    onEachService,
  };
  reliance.locale = locale;
  reliance.mark = mark;
  reliance.isDrawn = () => layers.size > 0 && isSettled;
  reliance.outline = (code) => layers.get(code);
  reliance.outlines = () => [...layers].map(([code, layer]) => ({ layer, fill: rows.get(code)?.verdict }));
  /* What a picture takes of each map, by the identifier of its frame. */
  reliance.drawn = { ...reliance.drawn, "carte-map": () => ({ map: reliance.leaflet, outlines: reliance.outlines() }) };

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, { paint, tabulate });
})(window.reliance);
