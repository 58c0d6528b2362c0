/* The search box: answers come from the server a little after the keys; Enter must mean what was typed. */
(() => {
  "use strict";

  /** @param {EventTarget} element */
  const isBox = (element) => /** @type {Element} */ (element).id.endsWith("-search");
  /** The search box in use. @type {HTMLInputElement} */
  let box = null;
  /** Text whose answers are drawn. @type {string} */
  let answered = null;
  /** Text whose first answer is highlighted: Enter means it. @type {string} */
  let ready = null;
  let isWaiting = false;

  /** @param {string} key */
  const press = (key) => box.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true }));

  /* Mantine highlights the first option when the text changes, before the answers are there: do it when they are. */
  function highlightFirst() {
    if (document.activeElement !== box || box.value !== answered) return;
    if (!document.querySelector(".territory-option")) {
      requestAnimationFrame(highlightFirst);
      return;
    }
    press("ArrowDown");
    ready = answered;
    if (isWaiting) requestAnimationFrame(() => press("Enter"));
    isWaiting = false;
  }

  /* Answers to an earlier text are dropped, so that Enter never chooses a territory that was not asked for. */
  /** @param {{ options: { query: string }[], search: string }} question */
  function answersToQuery({ options, search }) {
    const answers = options.filter((option) => option.query === search);
    if (answers.length && answered !== search) {
      answered = search;
      requestAnimationFrame(highlightFirst);
    }
    return answers;
  }

  /** @param {{ option: { label: string, detail: string } }} answer */
  const territoryOption = ({ option }) =>
    React.createElement(
      "div",
      { className: "territory-option" },
      React.createElement("span", { className: "territory-name" }, option.label),
      React.createElement("span", { className: "territory-detail" }, option.detail),
    );

  /* Enter pressed faster than the answer: kept for it. */
  document.addEventListener(
    "keydown",
    (event) => {
      if (isBox(event.target) && event.isTrusted) isWaiting = event.key === "Enter" && box.value !== ready;
    },
    true,
  );
  document.addEventListener("focusin", (event) => {
    if (!isBox(event.target)) return;
    box = /** @type {HTMLInputElement} */ (event.target);
    answered = ready = null;
  });

  window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, { answersToQuery, territoryOption });
})();
