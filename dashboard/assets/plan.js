/* The map of a plan: communes painted from lists of codes, teams as marks that differ by shape. */
window.reliance = window.reliance || {};

(function (reliance) {
  "use strict";

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  let layer = null;
  let outlines = new Map();
  let states = new Map();
  let words = {};
  let map = null;

  function style(code) {
    const state = states.get(code);
    if (!state) return { fillColor: "#f4f4f2", fillOpacity: 1, color: "#cfcfca", weight: 0.4, opacity: 1 };
    return { fillColor: reliance.planFill(state), fillOpacity: 1, color: "#ffffff", weight: 0.4, opacity: 1 };
  }

  function enter(context) {
    if (context.hideout.layer === layer) return;
    layer = context.hideout.layer;
    outlines = new Map();
    map = context.map;
    map.once("moveend", front);
  }

  function front() {
    if (map) map.eachLayer((one) => one.options.family && one.bringToFront());
  }

  function styleOutline(feature, context) {
    enter(context);
    return style(feature.properties.code);
  }

  function onEachOutline(feature, outline, context) {
    enter(context);
    const code = feature.properties.code;
    outlines.set(code, outline);
    outline.bindTooltip(() => `<strong>${escaped(feature.properties.name)}</strong><br>${escaped(words[states.get(code)] || words.outside || "")}`, {
      sticky: true,
      className: "map-tooltip",
    });
    outline.on("click", () => dash_clientside.set_props("plan-place", { value: `${feature.properties.name} (${code})` }));
  }

  function team(feature, latlng) {
    const kind = feature.properties.kind;
    const shape = { new: "institutional", locked: "professional", other: "citizen", before: "citizen" }[kind];
    const colours = { new: "#16202b", locked: "#16202b", other: "#ffffff", before: "#ffffff" };
    const border = { new: "#ffffff", locked: "#ffffff", other: "#16202b", before: "#5b6570" };
    return reliance.mark(latlng, { family: shape, radius: kind === "before" ? 3.5 : 6.5, fillColor: colours[kind], color: border[kind], weight: 1.6 });
  }

  function onEachTeam(feature, one) {
    one.bindTooltip(`<strong>${escaped(feature.properties.name)}</strong><br>${escaped(feature.properties.said)}`, { className: "map-tooltip" });
  }

  function paintPlan(painted) {
    words = painted.words;
    states = new Map();
    for (const [state, codes] of Object.entries(painted.states)) for (const code of codes.split(" ")) if (code) states.set(code, state);
    for (const [code, outline] of outlines) outline.setStyle(style(code));
    front();
    setTimeout(front, 400);
    const frame = document.getElementById("plan-map");
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", words.map);
    for (const [name, title] of [["in", words.zoomIn], ["out", words.zoomOut]]) {
      const button = frame.querySelector(`.leaflet-control-zoom-${name}`);
      if (!button) continue;
      button.title = title;
      button.setAttribute("aria-label", title);
    }
    performance.mark("reliance-plan-painted");
    return states.size;
  }

  const FILLS = { before: "--plan-before", new: "--plan-new", none: "--plan-none", first: "--plan-new", second: "--plan-second", both: "--plan-before" };
  const fills = {};
  reliance.planFill = function (state) {
    const hatched = state === "none" || state === "second";
    fills[state] = fills[state] || (hatched ? reliance.hatched(css(FILLS[state]), css(`${FILLS[state]}-ink`)) : css(FILLS[state]));
    return fills[state];
  };

  const LARGEST = 5000000;

  /* Ask for a file and give its text to the page; the chooser is made at the click, so that no nameless input stays. */
  function choosePlan() {
    const chooser = document.createElement("input");
    chooser.type = "file";
    chooser.accept = ".json,application/json";
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      if (!file) return;
      const text = file.size > LARGEST ? "" : await file.text();
      // The moment makes the same file, chosen again, another one.
      dash_clientside.set_props("plan-imported", { data: { text, chosen: Date.now() } });
    });
    chooser.click();
    return dash_clientside.no_update;
  }

  reliance.plan = { styleOutline, onEachOutline, team, onEachTeam };
  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, { paintPlan, choosePlan });
})(window.reliance);
