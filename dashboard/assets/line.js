/* A line that moves: the class of a territory is a comparison, so the map follows the hand. The server says once where
   each class turns (`turns`), and is asked again when the hand rests; what only it can say is faded until then. */
((reliance) => {
  "use strict";

  const REST_MS = 250;
  const TYPING_MS = 150; /* "12" is typed by way of 1, which nobody asks about */

  /** What the server answered last. @type {Line} */
  let answered = null;
  /** The line under the hand, in tenths of a percent; none where it is the one that was answered. @type {number} */
  let moving = null;
  /** What each store was given last. @type {Record<string, number>} */
  const asked = {};
  let rest = 0;
  let later = 0;
  let typed = -TYPING_MS;

  /** @param {Row} row @param {number} tenths */
  reliance.classAt = (row, tenths) =>
    row.turns ? reliance.ORDER[row.turns.filter((turn) => tenths > turn).length] : "not_published";

  /** @param {Row} row @param {number} tenths */
  reliance.bandAt = (row, tenths) =>
    row.value === undefined || row.value === null ? "band-0" : row.value > tenths / 1000 ? "band-5" : "band-1";

  /** @param {Row} row */
  reliance.verdictNow = (row) =>
    moving === null ? row.verdict : answered.bands ? reliance.bandAt(row, moving) : reliance.classAt(row, moving);

  reliance.isMoving = () => moving !== null;

  /* -- what is said with it -- */

  /** @param {string} id @param {object} properties */
  const set = (id, properties) => document.getElementById(id) && dash_clientside.set_props(id, properties);

  /** @param {Row[]} rows @param {(row: Row) => string} classOf */
  function tally(rows, classOf) {
    /** @type {Record<string, number>} */
    const counts = {};
    for (const row of rows) counts[classOf(row)] = (counts[classOf(row)] ?? 0) + 1;
    return (/** @type {string} */ verdict) => counts[verdict] ?? 0;
  }

  /** @param {Row[]} rows @param {Set<string>} shown */
  function say(rows, shown) {
    document.querySelector(".carte")?.classList.toggle("asking", moving !== null);
    const { whole, line } = reliance.format;
    if (answered.bands) {
      const count = tally(rows, reliance.verdictNow);
      for (const band of ["band-5", "band-1"]) {
        const { moved, said } = answered.bands[band];
        set(`carte-word-${band}`, { children: moving === null ? said : moved.replace("%s", line(moving, 1)) });
        set(`carte-count-${band}`, { children: whole(count(band)) });
      }
      return;
    }
    const tenths = moving ?? answered.line;
    const against = moving === null && answered.national ? "national" : "threshold";
    const count = tally(rows, (row) => reliance.classAt(row, tenths));
    for (const verdict of reliance.ORDER) set(`carte-count-threshold-${verdict}`, { children: whole(count(verdict)) });
    set("carte-line-head", { children: answered.head.replace("%s", line(tenths, 0)) });
    set("carte-asked", {
      children:
        answered.national && moving === null ? answered.national : answered.asked.replace("%s", line(tenths, 0)),
    });
    set("carte-legend", { className: `area-legend panel counts-${against}` });
    if (!shown.size) return;
    const left = rows.filter((row) => shown.has(reliance.verdictNow(row))).length;
    const form = new Intl.PluralRules(reliance.locale()).select(left) === "one" ? "one" : "other";
    set("carte-count", { children: answered.shown[form].replace("%s", whole(left)) });
  }

  function show() {
    reliance.repaint(say);
    reliance.reclass("carte-table");
  }

  /* An answer about the line under the hand, or one that comes when the hand rests, ends the move. */
  reliance.hear = (line) => {
    answered = line;
    if (moving !== null && (moving === line.line || !rest)) moving = null;
    document.querySelector(".carte")?.classList.toggle("asking", moving !== null);
  };

  /* -- the hand -- */

  document.addEventListener(
    "input",
    (event) => {
      if (/** @type {Element} */ (event.target).closest?.("#carte-threshold, #carte-own-line"))
        typed = performance.now();
    },
    true,
  );

  /** @param {number | string} field @param {number} slider @param {number | string} own */
  function moveLine(field, slider, own) {
    const [hand] = dash_clientside.callback_context.triggered[0].prop_id.split(".");
    const isOwn = hand === "carte-own-line";
    const given = isOwn ? own : hand === "carte-threshold" ? field : slider;
    const tenths = Math.round(10 * Number(given));
    const [least, most] = isOwn ? [1, 999] : [10, 500];
    if (given === "" || given === null || !(tenths >= least && tenths <= most)) return;
    if (hand === "carte-threshold-slider" && given !== field)
      dash_clientside.set_props("carte-threshold", { value: given });
    if (hand === "carte-threshold" && given !== slider)
      dash_clientside.set_props("carte-threshold-slider", { value: given });
    clearTimeout(rest);
    clearTimeout(later);
    const store = isOwn ? "carte-own-line-asked" : "carte-threshold-asked";
    rest = setTimeout(() => {
      rest = 0;
      if (asked[store] === tenths) return;
      asked[store] = tenths;
      dash_clientside.set_props(store, { data: tenths / 10 });
    }, REST_MS);
    if (!answered || answered.line === null || isOwn !== Boolean(answered.bands)) return;
    const before = moving;
    const now = tenths === answered.line ? null : tenths;
    if (now === before) return;
    const follow = () => {
      moving = now;
      show();
    };
    if (performance.now() - typed < TYPING_MS) later = setTimeout(follow, TYPING_MS);
    else follow();
  }

  /* The address moved the line: the controls follow. Not as outputs of a callback: Dash would keep the hand waiting for
     the server, whose answer may set what they follow. */
  /** @param {number} threshold @param {number} own */
  function followLine(threshold, own) {
    asked["carte-threshold-asked"] = Math.round(10 * threshold);
    asked["carte-own-line-asked"] = own === null ? null : Math.round(10 * own);
    /* What is being written meanwhile is newer. */
    if (rest || performance.now() - typed < REST_MS) return;
    set("carte-threshold", { value: threshold });
    set("carte-own-line", { value: own });
    dash_clientside.set_props("carte-threshold-slider", { value: threshold });
  }

  reliance.serve({ moveLine, followLine });
})(window.reliance);
