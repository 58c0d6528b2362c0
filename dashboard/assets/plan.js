/* The map of a plan: communes painted from lists of codes, teams as marks that differ by shape. */
((reliance) => {
  "use strict";

  const { css, escaped } = reliance;

  /** @type {string} */
  let layer = null;
  /** @type {Map<string, Outline>} */
  let outlines = new Map();
  /** @type {Map<string, string>} */
  let states = new Map();
  /** @type {Record<string, string>} */
  let words = {};
  /** @type {LeafletMap} */
  let map = null;

  /** @param {string} code */
  function style(code) {
    const state = states.get(code);
    if (!state) return reliance.outside(0.4);
    return { fillColor: reliance.planFill(state), fillOpacity: 1, color: "#ffffff", weight: 0.4, opacity: 1 };
  }

  /** @param {Context} context */
  function enter(context) {
    if (context.hideout.layer === layer) return;
    layer = context.hideout.layer;
    outlines = new Map();
    map = context.map;
    reliance.names.write(map, context.hideout.names);
    map.once("moveend", front);
  }

  function front() {
    if (map) map.eachLayer((one) => one.options.family && /** @type {Mark} */ (one).bringToFront());
  }

  /** @param {Feature} feature @param {Context} context */
  function styleOutline(feature, context) {
    enter(context);
    return style(feature.properties.code);
  }

  /** @param {Feature} feature @param {Outline} outline @param {Context} context */
  function onEachOutline(feature, outline, context) {
    enter(context);
    const code = feature.properties.code;
    outlines.set(code, outline);
    const state = () => escaped(words[states.get(code)] || words.outside || "");
    outline.bindTooltip(() => `<strong>${escaped(feature.properties.name)}</strong><br>${state()}`, {
      sticky: true,
      className: "map-tooltip",
    });
    outline.on("click", () =>
      dash_clientside.set_props("plan-place", { value: `${feature.properties.name} (${code})` }),
    );
  }

  /** Shape, colour and border of the marks of a team. @type {Record<string, [string, string, string]>} */
  const MARKS = {
    new: ["institutional", "#16202b", "#ffffff"],
    locked: ["professional", "#16202b", "#ffffff"],
    other: ["citizen", "#ffffff", "#16202b"],
    before: ["citizen", "#ffffff", "#5b6570"],
  };

  /** @param {Feature} feature @param {LatLng} latlng */
  function team(feature, latlng) {
    const kind = feature.properties.kind;
    const [family, fillColor, color] = MARKS[kind];
    return reliance.mark(latlng, { family, radius: kind === "before" ? 3.5 : 6.5, fillColor, color, weight: 1.6 });
  }

  /** @param {Feature} feature @param {Mark} one */
  function onEachTeam(feature, one) {
    one.bindTooltip(`<strong>${escaped(feature.properties.name)}</strong><br>${escaped(feature.properties.said)}`, {
      className: "map-tooltip",
    });
  }

  /** @param {{ words: Record<string, string>, states: Record<string, string> }} painted */
  function paintPlan(painted) {
    words = painted.words;
    states = new Map();
    for (const [state, codes] of Object.entries(painted.states)) {
      for (const code of codes.split(" ")) if (code) states.set(code, state);
    }
    for (const [code, outline] of outlines) outline.setStyle(style(code));
    front();
    setTimeout(front, 400);
    reliance.nameMap("plan-map", words.map, words);
    performance.mark("reliance-plan-painted");
    reliance.tellPainted();
    return states.size;
  }

  /** @type {Record<string, string>} */
  const FILLS = {
    before: "--plan-before",
    new: "--plan-new",
    none: "--plan-none",
    first: "--plan-new",
    second: "--plan-second",
    both: "--plan-before",
  };
  /** @type {Record<string, string | CanvasPattern>} */
  const fills = {};
  reliance.planFill = (state) => {
    const hatched = state === "none" || state === "second";
    fills[state] =
      fills[state] || (hatched ? reliance.hatched(css(FILLS[state]), css(`${FILLS[state]}-ink`)) : css(FILLS[state]));
    return fills[state];
  };

  const ANSWERED_BY = 60000;
  /** @type {number} */
  let asked = null;
  let askedAt = 0;

  /* Dash drops the answer to a question that was asked again since: a server slower than the clock would never be heard.
     So the next tick asks once the last one is answered, or after a minute. A page drawn again counts from one. */
  /** @param {number} tick @param {number} answered */
  function askOfPlan(tick, answered) {
    const isWaiting = asked !== null && tick > asked && answered !== asked && Date.now() - askedAt < ANSWERED_BY;
    if (isWaiting) return dash_clientside.no_update;
    [asked, askedAt] = [tick, Date.now()];
    return tick;
  }

  /* Another address: what was said of the one before is said no more. */
  /** @returns {null[]} */
  const unsayPlan = () => [null, null, null, null];

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
  reliance.serve({ paintPlan, choosePlan, askOfPlan, unsayPlan });
})(window.reliance);
