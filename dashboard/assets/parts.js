/* What is folded is sent when it is opened, or before the page is printed. An address that leads to a section opens it. */
(() => {
  "use strict";

  const PRINTED = ".held-printed";
  /** How long paper waits for what it shows, and how often it looks. */
  const PATIENCE_MS = 60000;
  const LOOK_MS = 100;

  /** Identifiers of what was asked for. @type {Set<string>} */
  const wanted = new Set();

  /** What stands closed, or not there yet, where a selector says. @param {string} where */
  const awaited = (where) =>
    [...document.querySelectorAll(`${where} > .loading`)].map((one) => one.parentElement.id).filter(Boolean);

  /** @param {string[]} parts @param {boolean} isAgain: those that were asked for may be asked for again */
  function ask(parts, isAgain) {
    if (!parts.length || (!isAgain && parts.every((one) => wanted.has(one)))) return;
    for (const one of parts) wanted.add(one);
    /* Dash drops the answer that a question overtakes: what is still awaited is asked for with it. */
    const names = awaited(".held").filter((one) => wanted.has(one));
    dash_clientside.set_props("wanted", { data: names.map((one) => JSON.parse(one).part) });
  }

  const OPEN = "details[open] > .held";
  /** The page and the section that were shown last. */
  let shown = "";

  function follow() {
    ask(awaited(OPEN), false);
    const here = location.hash && location.pathname + location.hash;
    if (here === shown) return;
    const section = here && document.querySelector(`main section[id="${CSS.escape(location.hash.slice(1))}"]`);
    if (here && !section) return;
    shown = here;
    if (!section) return;
    const part = /** @type {HTMLDetailsElement} */ (section.querySelector(":scope > details"));
    if (part) part.open = true;
    section.scrollIntoView();
    part?.querySelector("summary").focus({ preventScroll: true });
  }

  /** Prints once what paper shows is there. @param {number} until */
  function printed(until) {
    if (awaited(PRINTED).length && performance.now() < until) setTimeout(printed, LOOK_MS, until);
    else window.print();
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "p" || !awaited(PRINTED).length) return;
    event.preventDefault();
    ask(awaited(PRINTED), true);
    printed(performance.now() + PATIENCE_MS);
  });
  /* The browser's own menu waits for nothing: what is missing says so on paper, and is there the next time. */
  addEventListener("beforeprint", () => ask(awaited(PRINTED), false));
  document.addEventListener("toggle", () => ask(awaited(OPEN), true), true);
  addEventListener("hashchange", follow);
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });
})();
