/* Around the pages: language and title of the document, a message when the server is silent. */
(function () {
  "use strict";

  let page = null; /* path of the page that is shown */

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, {
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

  /* -- the link to this view -- */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("#share");
    if (!button) return;
    const said = document.getElementById("shared");
    try {
      await navigator.clipboard.writeText(location.href);
      said.textContent = button.dataset.copied;
    } catch {
      /* Browsers lend the clipboard to secure addresses only. */
      said.textContent = button.dataset.refused;
    }
    setTimeout(() => (said.textContent = ""), 4000);
  });

  /* Every answer passes here once: a lost server is said, and unsaid when it is back. */
  const send = window.fetch.bind(window);
  const tell = (isLost) => {
    const message = document.getElementById("offline");
    if (message) message.hidden = !isLost;
  };
  window.fetch = (...request) =>
    send(...request).then(
      (answer) => {
        tell(answer.status >= 500);
        return answer;
      },
      (error) => {
        if (error.name !== "AbortError") tell(true);
        throw error;
      },
    );
})();
