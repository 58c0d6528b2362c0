/* Need and responses: two maps that move together, painted from the rows of one table. */
(function (reliance) {
  "use strict";

  const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  const sides = {
    need: { layer: null, map: null, outlines: new Map() },
    answer: { layer: null, map: null, outlines: new Map() },
  };
  let rows = new Map();
  let shown = new Set();
  let selected = null;
  let beside = "crossed";
  let words = { quadrants: {}, verdicts: {}, answers: {} };
  let isMoving = false;

  const kind = (row, side) => (side === "need" ? row.verdict : beside === "crossed" ? row.quadrant : `answer-${row.answer}`);

  function style(code, side, level) {
    const row = rows.get(code);
    const thin = level === "commune" ? 0.35 : 0.7;
    if (!row) return { fillColor: "#f4f4f2", fillOpacity: 1, color: "#cfcfca", weight: thin, opacity: 1 };
    const isDimmed = shown.size > 0 && !shown.has(row.quadrant);
    const line = row.quadrant === "not_published" ? "#a9a9a3" : "#ffffff";
    const base = { fillColor: reliance.fill(kind(row, side)), fillOpacity: isDimmed ? 0.15 : 1, color: line, weight: thin, opacity: 1 };
    return code === selected ? { ...base, color: "#101418", weight: 3 } : base;
  }

  function tooltip(feature, side) {
    const row = rows.get(feature.properties.code);
    const lines = [`<strong>${escaped(feature.properties.name)}</strong>`];
    if (row) {
      const said = side === "need" ? words.verdicts[row.verdict] : beside === "crossed" ? words.quadrants[row.quadrant] : words.answers[row.answer];
      lines.push(escaped(said || ""));
      if (side === "need") lines.push(escaped(row.low === undefined ? row.reason || "" : reliance.format.interval(row)));
    }
    return lines.join("<br>");
  }

  /* Both maps show the same place: the one that moves leads. */
  function together(side, map) {
    map.on("move", () => {
      const other = sides[side === "need" ? "answer" : "need"].map;
      if (isMoving || !other || !other._container.isConnected) return;
      isMoving = true;
      other.setView(map.getCenter(), map.getZoom(), { animate: false });
      isMoving = false;
    });
  }

  function enter(context) {
    const side = sides[context.hideout.side];
    if (context.hideout.layer === side.layer && context.map === side.map) return side;
    if (context.map !== side.map) together(context.hideout.side, context.map);
    Object.assign(side, { layer: context.hideout.layer, level: context.hideout.level, map: context.map, outlines: new Map() });
    return side;
  }

  function styleOutline(feature, context) {
    const side = enter(context);
    return style(feature.properties.code, context.hideout.side, side.level);
  }

  function onEachOutline(feature, layer, context) {
    const side = enter(context);
    const code = feature.properties.code;
    side.outlines.set(code, layer);
    layer.bindTooltip(() => tooltip(feature, context.hideout.side), { sticky: true, className: "map-tooltip" });
    layer.on("click", () => dash_clientside.set_props("besoin-clicked", { data: `${side.level}:${code}` }));
  }

  function name(identifier, label) {
    const frame = document.getElementById(identifier);
    if (!frame) return;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", label);
    for (const [end, title] of [["in", words.zoomIn], ["out", words.zoomOut]]) {
      const button = frame.querySelector(`.leaflet-control-zoom-${end}`);
      if (!button) continue;
      button.title = title;
      button.setAttribute("aria-label", title);
    }
  }

  function paintNeed(newRows, newSelected, quadrants, newBeside, newWords) {
    words = newWords;
    beside = newBeside || "crossed";
    shown = new Set(quadrants || []);
    rows = new Map((newRows || []).map((row) => [row.code, row]));
    selected = newSelected ? newSelected.split(":")[1] : null;
    name("besoin-need-map", words.needMap);
    name("besoin-answer-map", words.answerMap);
    for (const [key, side] of Object.entries(sides)) {
      for (const [code, layer] of side.outlines) {
        layer.setStyle(style(code, key, side.level));
        if (code === selected && layer._map) layer.bringToFront();
      }
    }
    reliance.selectRow("besoin-table", selected);
    performance.mark("reliance-need-painted");
    return rows.size;
  }

  function drawn(side) {
    const { map, outlines } = sides[side];
    const painted = (code) => rows.has(code) && kind(rows.get(code), side);
    return { map, outlines: [...outlines].map(([code, layer]) => ({ layer, fill: painted(code) })) };
  }

  reliance.drawn = { ...reliance.drawn, "besoin-need-map": () => drawn("need"), "besoin-answer-map": () => drawn("answer") };
  reliance.need = { styleOutline, onEachOutline };
  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, { paintNeed });
})((window.reliance = window.reliance || {}));
