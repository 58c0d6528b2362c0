/* The map: classes painted from the rows of the table, services as shapes, everything on one canvas. */
((reliance) => {
  "use strict";

  const { css, escaped, locale } = reliance;

  /* -- fills: a colour, or a small pattern drawn once. A canvas takes either as its fill style. -- */

  /** @type {Record<string, string | CanvasPattern>} */
  const fills = {};

  const SHARP = 4; /* drawn larger than it is shown: fine screens and pictures stay sharp */

  /** @param {string} background @param {string} ink @param {(ctx: CanvasRenderingContext2D) => void} draw */
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

  /** @param {CanvasRenderingContext2D} ctx */
  function hatch(ctx) {
    ctx.lineWidth = 1.1;
    ctx.beginPath();
    for (const shift of [-8, 0, 8]) {
      ctx.moveTo(shift - 2, 10);
      ctx.lineTo(shift + 10, -2);
    }
    ctx.stroke();
  }

  /** @param {CanvasRenderingContext2D} ctx */
  function dots(ctx) {
    ctx.beginPath();
    ctx.arc(2, 2, 0.9, 0, 7);
    ctx.arc(6, 6, 0.9, 0, 7);
    ctx.fill();
  }

  /** @param {string} verdict @returns {Paint} */
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

  /** @type {string} */
  let fingerprint = null;
  /** @type {string} */
  let level = null;
  let isSettled = false;
  /** @type {Map<string, Outline>} */
  let layers = new Map();
  /** @type {Map<string, Row>} */
  let rows = new Map();
  /** @type {Set<string>} */
  let shown = new Set();
  /** @type {MapWords} */
  let words = { verdicts: {} };
  /** @type {string} */
  let selected = null;
  let isFlipping = false;

  /** @param {Row} row */
  const isDimmed = (row) =>
    row && ((shown.size > 0 && !shown.has(reliance.verdictNow(row))) || (isFlipping && row.robust === true));

  /* A perimeter has been chosen: the territories around it stay as a background, and the map comes closer. */
  const isPerimeter = () => rows.size > 0 && rows.size < layers.size;
  let framed = "";

  function frame() {
    const inside = [...rows.keys()].filter((code) => layers.has(code));
    const key = isPerimeter() ? `${fingerprint} ${inside.length} ${inside[0]} ${inside[inside.length - 1]}` : "";
    if (!isSettled || key === framed || !reliance.leaflet) return;
    framed = key;
    const bounds = L.latLngBounds([]);
    for (const code of inside.length ? inside : layers.keys()) bounds.extend(layers.get(code).getBounds());
    if (bounds.isValid()) reliance.leaflet.fitBounds(bounds, { padding: [12, 12], animate: false });
  }

  /** @param {string} code */
  function style(code) {
    const row = rows.get(code);
    const thin = level === "commune" ? 0.35 : 0.7;
    const verdict = row && reliance.verdictNow(row);
    const base = row
      ? {
          fillColor: fill(verdict),
          fillOpacity: isDimmed(row) ? 0.15 : 1,
          color: reliance.line(verdict),
          weight: thin,
          opacity: 1,
        }
      : reliance.outside(thin);
    return code === selected ? { ...base, ...reliance.chosen(layers.get(code)) } : base;
  }

  /** @param {Feature} feature */
  function tooltip(feature) {
    const row = rows.get(feature.properties.code);
    const lines = [`<strong>${escaped(feature.properties.name)}</strong>`];
    if (row) {
      lines.push(escaped(words.verdicts[reliance.verdictNow(row)] || ""));
      if (isFlipping && row.robust !== undefined) lines.push(escaped(row.robust ? words.robust : words.changes));
      lines.push(
        escaped(
          row.told !== undefined ? row.told : row.low === undefined ? row.reason || "" : reliance.format.interval(row),
        ),
      );
    }
    return lines.join("<br>");
  }

  /* A new layer of outlines forgets the one before. Leaflet styles an outline before it hands it over. */
  /** @param {Context} context */
  function enter(context) {
    if (context.hideout.layer === fingerprint) return;
    fingerprint = context.hideout.layer;
    level = context.hideout.level;
    layers = new Map();
    if (circles) circles.remove();
    circles = null;
    if (context.map !== reliance.leaflet)
      context.map.on("zoomend", () => layers.get(selected)?.setStyle(style(selected)));
    reliance.leaflet = context.map;
    /* Names come once what they name is painted. */
    reliance.painted.then(() => reliance.names.write(context.map, context.hideout.names));
    isSettled = false;
    /* dash-leaflet adds the outlines, then moves to them: what depends on the view waits for the end of the move. */
    context.map.once("moveend", () => {
      isSettled = true;
      framed = "";
      frame();
      drawCircles();
      marksToFront();
      if (selected) show(selected);
      city.isNear = false;
      approach();
      reliance.tellPainted();
    });
  }

  /** @param {Feature} feature @param {Context} context */
  function styleOutline(feature, context) {
    enter(context);
    return style(feature.properties.code);
  }

  /** @param {Feature} feature @param {Outline} layer @param {Context} context */
  function onEachOutline(feature, layer, context) {
    enter(context);
    const code = feature.properties.code;
    layers.set(code, layer);
    layer.bindTooltip(() => tooltip(feature), { sticky: true, className: "map-tooltip" });
    layer.on("click", () => rows.has(code) && dash_clientside.set_props("carte-clicked", { data: `${level}:${code}` }));
  }

  /* Districts and services stand above the outlines, whichever came first. */
  function marksToFront() {
    for (const kind of ["district", "family"])
      reliance.leaflet.eachLayer((layer) => kind in layer.options && /** @type {Mark} */ (layer).bringToFront());
  }

  /* -- districts of the selected city: outlines alone, or painted as the city would be -- */

  /** @param {Feature} feature */
  function styleDistrict(feature) {
    const said = feature.properties;
    return {
      district: true,
      fillColor: said.class ? fill(said.class) : "#ffffff",
      fillOpacity: said.class ? 1 : 0,
      color: "#101418",
      weight: said.chosen ? 3 : 0.9,
      opacity: 1,
    };
  }

  /** @param {Feature} feature @param {Outline} layer */
  function onEachDistrict(feature, layer) {
    const said = feature.properties;
    layer.bindTooltip(`<strong>${escaped(said.name)}</strong><br>${escaped(said.told)}`, {
      sticky: true,
      className: "map-tooltip",
    });
    layer.on("click", () => dash_clientside.set_props("carte-clicked", { data: `commune:${said.code}` }));
    if (said.chosen) setTimeout(() => reliance.mapOf(layer) && layer.bringToFront());
    if (city.code !== said.city) city = { code: said.city, bounds: L.latLngBounds([]), isNear: false };
    city.bounds.extend(layer.getBounds());
    setTimeout(approach);
  }

  /* Districts are read from nearer than their city. */
  let city = { code: "", bounds: /** @type {import("leaflet").LatLngBounds} */ (null), isNear: false };

  function approach() {
    const map = reliance.leaflet;
    if (!isSettled || city.isNear || city.code !== selected) return;
    city.isNear = true;
    const size = map
      .latLngToContainerPoint(city.bounds.getSouthEast())
      .distanceTo(map.latLngToContainerPoint(city.bounds.getNorthWest()));
    if (size < 240) map.fitBounds(city.bounds.pad(0.2), { animate: false });
  }

  /* Bring the selected outline to the front, and into view when it is out of it or too small to be seen. */
  /** @param {string} code */
  function show(code) {
    const layer = layers.get(code);
    const map = reliance.mapOf(layer);
    if (!map || !isSettled) return;
    layer.bringToFront();
    marksToFront();
    const bounds = layer.getBounds();
    const size = map
      .latLngToContainerPoint(bounds.getSouthEast())
      .subtract(map.latLngToContainerPoint(bounds.getNorthWest()));
    const isSmall = Math.max(size.x, size.y) < 14;
    if (isSmall || !map.getBounds().contains(bounds.getCenter())) {
      const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      map.flyToBounds(bounds.pad(isSmall ? 4 : 1), { animate, duration: 0.5 });
    }
  }

  /* -- people as circles: their area is the number, on a pane above that takes no click -- */
  /** @type {any} */
  let circles = null;

  function drawCircles() {
    if (circles) circles.remove();
    circles = null;
    if (!isSettled || !reliance.leaflet) return;
    const counted = [...rows.values()].filter((row) => row.count > 0 && layers.has(row.code));
    if (!counted.length) return;
    const most = Math.max(...counted.map((row) => row.count));
    const size = reliance.leaflet.getSize();
    const largest = Math.min(26, Math.max(10, Math.min(size.x, size.y) / 16));
    circles = L.layerGroup(
      counted
        .sort((a, b) => b.count - a.count)
        .map((row) =>
          L.circleMarker(layers.get(row.code).getBounds().getCenter(), {
            pane: "lines",
            interactive: false,
            radius: Math.max(0.8, largest * Math.sqrt(row.count / most)),
            color: "#ffffff",
            weight: 0.8,
            fillColor: "#5b2a86",
            fillOpacity: 0.6,
          }),
        ),
    ).addTo(reliance.leaflet);
  }

  function restyle() {
    for (const [code, layer] of layers) {
      const now = style(code);
      const old = layer.options;
      if (old.fillColor !== now.fillColor || old.fillOpacity !== now.fillOpacity || old.weight !== now.weight)
        layer.setStyle(now);
    }
    performance.mark("reliance-painted");
  }

  /** @type {(rows: Row[], shown: Set<string>) => void} */
  let saying = () => undefined;

  /* The line moved: other classes on the same rows, then what is said of them. */
  reliance.repaint = (say) => {
    saying = say;
    restyle();
    say([...rows.values()], shown);
  };

  /** The class of a row of the table, which comes a little after those of the map. @param {Row} row */
  reliance.classOf = (row) => (rows.has(row.code) ? reliance.verdictNow(rows.get(row.code)) : row.verdict);

  /**
   * @param {{ rows: Row[] }} answer @param {string | null} newSelected @param {string[]} verdicts
   * @param {unknown} flipping @param {MapWords} newWords @param {Line} line
   */
  function paint(answer, newSelected, verdicts, flipping, newWords, line) {
    reliance.hear(line);
    words = newWords;
    isFlipping = Boolean(flipping);
    reliance.nameMap("carte-map", words.map, words);
    shown = new Set(verdicts);
    rows = new Map(answer.rows.map((row) => [row.code, row]));
    const before = selected;
    selected = newSelected ? newSelected.split(":")[1] : null;
    if (reliance.isMoving()) reliance.repaint(saying);
    else restyle();
    frame();
    drawCircles();
    if (selected !== before) {
      if (selected) show(selected);
      city.isNear = false;
      approach();
    }
    /* Communes of the whole country are not drawn: nothing waits for their picture. */
    if (document.getElementById("carte-too-wide")?.childElementCount) reliance.tellPainted();
    reliance.reclass("carte-table");
    reliance.selectRow("carte-table", selected);
    return rows.size;
  }

  /* -- services: shapes on the same canvas, so that outlines below stay clickable and a picture holds them -- */

  /** @type {Record<string, (ctx: CanvasRenderingContext2D, x: number, y: number, r: number) => void>} */
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

  /** @type {any} */
  let Mark = null;

  /** @param {LatLng} latlng @param {Record<string, any>} options */
  function mark(latlng, options) {
    Mark =
      Mark ||
      L.CircleMarker.extend({
        /** @this {any} */
        _updatePath() {
          const renderer = this._renderer;
          if (!renderer._drawing || this._empty()) return;
          const ctx = renderer._ctx;
          const point = this._point;
          ctx.beginPath();
          SHAPES[this.options.family](ctx, point.x, point.y, this._radius);
          renderer._fillStroke(ctx, this);
          if (this.options.text) {
            /* A ring and its number, edged with white: the class below stays to be seen. */
            ctx.globalAlpha = 1;
            ctx.lineWidth = 1.2;
            ctx.strokeStyle = ctx.fillStyle = "#16202b";
            ctx.stroke();
            ctx.font = "600 11px system-ui, sans-serif";
            ctx.textAlign = "center";
            ctx.textBaseline = "middle";
            ctx.lineJoin = "round";
            ctx.lineWidth = 3;
            ctx.strokeStyle = "#ffffff";
            ctx.strokeText(this.options.text, point.x, point.y + 0.5);
            ctx.fillText(this.options.text, point.x, point.y + 0.5);
          }
        },
      });
    return new Mark(latlng, { color: "#ffffff", weight: 1.5, opacity: 1, fillOpacity: 1, ...options });
  }

  /** @param {Feature} feature @param {LatLng} latlng */
  function service(feature, latlng) {
    const family = feature.properties.family;
    return mark(latlng, { family, radius: 6, fillColor: css(`--family-${family}`) });
  }

  /** @param {Feature} feature @param {LatLng} latlng */
  function cluster(feature, latlng) {
    const count = feature.properties.point_count;
    const radius = 7 + 1.2 * Math.log2(count);
    const said = new Intl.NumberFormat(locale(), { notation: "compact" }).format(count);
    return mark(latlng, {
      family: "citizen",
      radius: Math.min(radius, 20),
      fill: false,
      color: "#ffffff",
      weight: 3.5,
      text: said,
    });
  }

  /** @param {Feature} feature @param {Mark} layer @param {Context} context */
  function onEachService(feature, layer, context) {
    const p = feature.properties;
    const said = context.hideout;
    if (p.cluster) {
      layer.bindTooltip(said.cluster.replace("%s", p.point_count.toLocaleString(locale())), {
        className: "map-tooltip",
      });
      return;
    }
    const hours =
      p.hours === null || p.hours === undefined
        ? said.unknown
        : said.hours.replace("%s", p.hours.toLocaleString(locale()));
    const lines = [`<strong>${escaped(p.name)}</strong>`, escaped(`${p.category} · ${p.commune}`), escaped(hours)];
    layer.bindTooltip(lines.join("<br>"), { className: "map-tooltip" });
  }

  reliance.map = {
    styleOutline,
    onEachOutline,
    styleDistrict,
    onEachDistrict,
    service,
    cluster,
    onEachService,
  };
  reliance.mark = mark;
  reliance.isDrawn = () => layers.size > 0 && isSettled;
  reliance.outline = (code) => layers.get(code);
  reliance.outlines = () =>
    [...layers].map(([code, layer]) => ({ layer, fill: rows.has(code) && reliance.verdictNow(rows.get(code)) }));
  /* What a picture takes of each map, by the identifier of its frame. */
  reliance.drawn = { ...reliance.drawn, "carte-map": () => ({ map: reliance.leaflet, outlines: reliance.outlines() }) };

  reliance.serve({ paint });
})(window.reliance);
