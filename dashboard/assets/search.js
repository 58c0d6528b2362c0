/* The search box: answers come from the server a little after the keys; Enter must mean what was typed. */
(function () {
  "use strict";

  const isBox = (element) => element.id.endsWith("-search");
  let box = null; /* the search box in use */
  let answered = null; /* text whose answers are drawn */
  let ready = null; /* text whose first answer is highlighted: Enter means it */
  let isWaiting = false;

  const press = (key) => box.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true }));

  /* Mantine highlights the first option when the text changes, before the answers are there: do it when they are. */
  function highlightFirst() {
    if (document.activeElement !== box || box.value !== answered) return;
    if (!document.querySelector(".territory-option")) return void requestAnimationFrame(highlightFirst);
    press("ArrowDown");
    ready = answered;
    if (isWaiting) requestAnimationFrame(() => press("Enter"));
    isWaiting = false;
  }

  /* Answers to an earlier text are dropped, so that Enter never chooses a territory that was not asked for. */
  function answersToQuery({ options, search }) {
    const answers = options.filter((option) => option.query === search);
    if (answers.length && answered !== search) {
      answered = search;
      requestAnimationFrame(highlightFirst);
    }
    return answers;
  }

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
    box = event.target;
    answered = ready = null;
  });

  window.dashMantineFunctions = Object.assign({}, window.dashMantineFunctions, { answersToQuery, territoryOption });
})();
