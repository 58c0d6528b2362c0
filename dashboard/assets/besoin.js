/* Need and responses: two maps that move together, painted from the rows of one table. */
((reliance) => {
  "use strict";

  const { escaped } = reliance;

  /** @type {Record<string, Side>} */
  const sides = {
    need: { layer: null, map: null, outlines: new Map() },
    answer: { layer: null, map: null, outlines: new Map() },
  };
  /** @type {Map<string, Row>} */
  let rows = new Map();
  /** @type {Set<string>} */
  let shown = new Set();
  /** @type {string} */
  let selected = null;
  let beside = "crossed";
  /** @type {MapWords} */
  let words = { quadrants: {}, verdicts: {}, answers: {} };
  let isMoving = false;

  /** @param {Row} row @param {string} side */
  const kind = (row, side) =>
    side === "need" ? row.verdict : beside === "crossed" ? row.quadrant : `answer-${row.answer}`;

  /** @param {string} code @param {string} side @param {string} level */
  function style(code, side, level) {
    const row = rows.get(code);
    const thin = level === "commune" ? 0.35 : 0.7;
    if (!row) return reliance.outside(thin);
    const isDimmed = shown.size > 0 && !shown.has(row.quadrant);
    const fillColor = reliance.fill(kind(row, side));
    const base = {
      fillColor,
      fillOpacity: isDimmed ? 0.15 : 1,
      color: reliance.line(row.quadrant),
      weight: thin,
      opacity: 1,
    };
    return code === selected ? { ...base, ...reliance.chosen(sides[side].outlines.get(code)) } : base;
  }

  /** The word of a row on one side. @param {Row} row @param {string} side */
  function word(row, side) {
    if (side === "need") return words.verdicts[row.verdict];
    return beside === "crossed" ? words.quadrants[row.quadrant] : words.answers[row.answer];
  }

  /** @param {Feature} feature @param {string} side */
  function tooltip(feature, side) {
    const row = rows.get(feature.properties.code);
    const lines = [`<strong>${escaped(feature.properties.name)}</strong>`];
    if (row) {
      lines.push(escaped(word(row, side) || ""));
      if (side === "need")
        lines.push(escaped(row.low === undefined ? row.reason || "" : reliance.format.interval(row)));
    }
    return lines.join("<br>");
  }

  /* A perimeter has been chosen: the map comes closer to it. */
  /** @param {Side} side */
  function frame(side) {
    if (!side.map || !side.outlines.size || !side.isSettled) return;
    const inside = [...rows.keys()].filter((code) => side.outlines.has(code));
    const isPerimeter = inside.length > 0 && inside.length < side.outlines.size;
    const key = isPerimeter ? `${side.layer} ${inside.length} ${inside[0]} ${inside[inside.length - 1]}` : "";
    if (key === side.framed) return;
    side.framed = key;
    const bounds = L.latLngBounds([]);
    for (const code of isPerimeter ? inside : side.outlines.keys()) bounds.extend(side.outlines.get(code).getBounds());
    if (bounds.isValid()) side.map.fitBounds(bounds, { padding: [8, 8], animate: false });
  }

  /* Both maps show the same place: the one that moves leads. */
  /** @param {string} side @param {LeafletMap} map */
  function together(side, map) {
    map.on("move", () => {
      const other = sides[side === "need" ? "answer" : "need"].map;
      if (isMoving || !other || !other._container.isConnected) return;
      isMoving = true;
      other.setView(map.getCenter(), map.getZoom(), { animate: false });
      isMoving = false;
    });
  }

  /** @param {Context} context */
  function enter(context) {
    const side = sides[context.hideout.side];
    if (context.hideout.layer === side.layer && context.map === side.map) return side;
    reliance.names.write(context.map, context.hideout.names);
    if (context.map !== side.map) {
      together(context.hideout.side, context.map);
      context.map.on("zoomend", () =>
        side.outlines.get(selected)?.setStyle(style(selected, context.hideout.side, side.level)),
      );
    }
    const { layer, level } = context.hideout;
    Object.assign(side, { layer, level, map: context.map, outlines: new Map(), isSettled: false, framed: null });
    /* Outlines are added all at once. The maps move each other: a move of one says nothing of its own outlines. */
    setTimeout(() => {
      if (side.layer !== layer) return;
      side.isSettled = true;
      frame(side);
      const outline = side.outlines.get(selected);
      if (reliance.mapOf(outline)) outline.bringToFront();
    });
    return side;
  }

  /** @param {Feature} feature @param {Context} context */
  function styleOutline(feature, context) {
    const side = enter(context);
    return style(feature.properties.code, context.hideout.side, side.level);
  }

  /** @param {Feature} feature @param {Outline} layer @param {Context} context */
  function onEachOutline(feature, layer, context) {
    const side = enter(context);
    const code = feature.properties.code;
    side.outlines.set(code, layer);
    layer.bindTooltip(() => tooltip(feature, context.hideout.side), { sticky: true, className: "map-tooltip" });
    layer.on(
      "click",
      () => rows.has(code) && dash_clientside.set_props("besoin-clicked", { data: `${side.level}:${code}` }),
    );
  }

  /**
   * @param {Row[] | null} newRows @param {string | null} newSelected @param {string[] | null} quadrants
   * @param {string | null} newBeside @param {MapWords} newWords
   */
  function paintNeed(newRows, newSelected, quadrants, newBeside, newWords) {
    words = newWords;
    beside = newBeside || "crossed";
    shown = new Set(quadrants || []);
    rows = new Map((newRows || []).map((row) => [row.code, row]));
    selected = newSelected ? newSelected.split(":")[1] : null;
    reliance.nameMap("besoin-need-map", words.needMap, words);
    reliance.nameMap("besoin-answer-map", words.answerMap, words);
    for (const [key, side] of Object.entries(sides)) {
      for (const [code, layer] of side.outlines) {
        layer.setStyle(style(code, key, side.level));
        if (code === selected && reliance.mapOf(layer)) layer.bringToFront();
      }
      frame(side);
    }
    reliance.selectRow("besoin-table", selected);
    performance.mark("reliance-need-painted");
    reliance.tellPainted();
    return rows.size;
  }

  /** @param {string} side @returns {Drawn} */
  function drawn(side) {
    const { map, outlines } = sides[side];
    /** @param {string} code */
    const painted = (code) => rows.has(code) && kind(rows.get(code), side);
    return { map, outlines: [...outlines].map(([code, layer]) => ({ layer, fill: painted(code) })) };
  }

  reliance.drawn = {
    ...reliance.drawn,
    "besoin-need-map": () => drawn("need"),
    "besoin-answer-map": () => drawn("answer"),
  };
  reliance.need = { styleOutline, onEachOutline };
  reliance.serve({ paintNeed });
})(window.reliance);
