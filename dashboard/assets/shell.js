/* Around the pages: language and title of the document, a message when the server is silent. */
(function () {
  "use strict";

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, {
    shown: (shown) => {
      if (!shown) return;
      document.documentElement.lang = shown.lang;
      document.title = shown.title;
    },
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
