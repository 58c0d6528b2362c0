/* What is folded is sent when it is opened. What paper shows comes once the browser has nothing else to do: a page that
   is printed cannot wait. An address that leads to a section opens it. */
(() => {
  "use strict";

  const IDLE_MS = 2000;

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
  let idle = 0;
  /** The page and the section that were shown last. */
  let shown = "";

  function follow() {
    ask(awaited(OPEN), false);
    if (!idle && awaited(".held-printed").some((one) => !wanted.has(one)))
      idle = setTimeout(() => {
        idle = 0;
        ask(awaited(".held-printed"), false);
      }, IDLE_MS);
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

  document.addEventListener("toggle", () => ask(awaited(OPEN), true), true);
  addEventListener("beforeprint", () => ask(awaited(".held-printed"), false));
  addEventListener("hashchange", follow);
  new MutationObserver(follow).observe(document.documentElement, { childList: true, subtree: true });
})();
