/* Around the pages: language and title of the document, a message when the server is silent. */
(() => {
  "use strict";

  /** Path of the page that is shown. @type {string} */
  let page = null;

  window.reliance.serve({
    /** @param {{ lang: string, title: string, page: string }} shown */
    shown: (shown) => {
      if (!shown) return;
      document.documentElement.lang = shown.lang;
      document.title = shown.title;
      /* A page reached by a link is read from its top: focus goes to it, as a browser does with a new document. */
      if (page !== null && page !== shown.page) {
        scrollTo(0, 0);
        document.querySelector("main").focus({ preventScroll: true });
      }
      page = shown.page;
    },
  });

  /* -- what a phone folds: closed where the screen is narrow, open elsewhere -- */
  const isNarrow = matchMedia("(max-width: 760px)");
  /** @param {boolean} every */
  function fold(every) {
    const parts = document.querySelectorAll(every ? ".fold" : ".fold:not([data-seen])");
    for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (parts)) {
      part.dataset.seen = "1";
      part.open = !isNarrow.matches;
    }
  }
  isNarrow.addEventListener("change", () => fold(true));
  new MutationObserver(() => fold(false)).observe(document.documentElement, { childList: true, subtree: true });

  /* -- "/" goes to the search box -- */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/** @type {Element} */ (event.target).closest?.("input, textarea, select, [contenteditable]")) return;
    const box = /** @type {HTMLInputElement} */ (document.querySelector('main input[id$="-search"]'));
    if (!box) return;
    event.preventDefault();
    box.focus();
  });

  /* -- a number outside the ends of its field: told beside it, where the field would go to its end in silence -- */
  const REST_MS = 700;
  let rest = 0;
  /** @param {EventTarget} target */
  function hold(target) {
    const field = /** @type {HTMLInputElement} */ (target);
    const { least, most, refused } = field.dataset ?? {};
    if (!refused) return;
    const typed = field.value.trim();
    const figure = parseFloat(typed.replace(/[^\d.,-]/g, "").replace(",", "."));
    const isOutside = figure < Number(least) || figure > Number(most);
    dash_clientside.set_props(field.id, { error: isOutside ? refused.replace("%s", typed) : null });
  }
  document.addEventListener("input", ({ target }) => {
    clearTimeout(rest);
    rest = setTimeout(() => hold(target), REST_MS);
  });
  /* Before the field goes to its end. */
  document.addEventListener(
    "focusout",
    ({ target }) => {
      clearTimeout(rest);
      hold(target);
    },
    true,
  );

  /* -- the link to this view -- */
  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest?.("#share"));
    if (!button) return;
    const said = document.getElementById("shared");
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = button.dataset.copied;
    } catch {
      /* Browsers lend the clipboard to secure addresses only. */
      said.textContent = button.dataset.refused;
    }
    setTimeout(() => said.replaceChildren(), 4000);
  });

  /* Every answer passes here once: a lost server is said, and unsaid when it is back. */
  const send = window.fetch.bind(window);
  /** @param {boolean} isLost */
  const tell = (isLost) => {
    const message = document.getElementById("offline");
    if (message) message.hidden = !isLost;
  };
  /* What an account may not do, or not any more, is said by the server in one sentence. */
  const refuse = async (/** @type {Response} */ answer) => {
    const message = document.getElementById("refused");
    if (!message) return;
    const is_refused = answer.status === 401 || answer.status === 403;
    if (is_refused) message.textContent = await answer.clone().text();
    message.hidden = !is_refused;
  };
  window.fetch = (...request) =>
    send(...request).then(
      (answer) => {
        tell(answer.status >= 500);
        refuse(answer);
        return answer;
      },
      (error) => {
        if (error.name !== "AbortError") tell(true);
        throw error;
      },
    );
})();
