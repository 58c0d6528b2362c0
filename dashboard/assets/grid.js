/* The library of tables is as large as all the others: it comes after the first picture, once a table is looked at or
   the browser has nothing else to do. Until then this stands in its place. */
((reliance) => {
  "use strict";

  const MARGIN = "200px"; /* nearly on screen */
  const IDLE_MS = 2000;

  /** @type {any} */
  let library = null;
  /** @type {(library: any) => void} */
  let loaded;
  /** @type {Promise<any>} */
  const loading = new Promise((resolve) => {
    loaded = resolve;
  });

  function load() {
    reliance.library("grid").then(
      () => {
        if (library) return;
        library = window.dash_ag_grid;
        /* Dash keeps what it has drawn: the component stays this one. */
        window.dash_ag_grid = { ...library, AgGrid: Late };
        loaded(library);
      },
      () => {},
    );
    return loading;
  }

  /** A table once it is looked at. @param {Record<string, any>} properties of the true one */
  function Late(properties) {
    const { useEffect, useRef, useState } = React;
    const frame = useRef(null);
    const [isThere, setThere] = useState(library !== null);
    useEffect(() => {
      const first = document.querySelector(".map-frame") ? reliance.painted : Promise.resolve();
      const come = () => first.then(load).then(() => setThere(true));
      const watch = new IntersectionObserver(
        (seen) => {
          if (!seen.some((one) => one.isIntersecting)) return;
          watch.disconnect();
          come();
          /* Rows that do not come with the page are asked for. */
          if (properties.rowData === undefined)
            first.then(() => dash_clientside.set_props(`${properties.id}-looked`, { data: true }));
        },
        { rootMargin: MARGIN },
      );
      watch.observe(frame.current);
      const idle = setTimeout(come, IDLE_MS);
      return () => {
        watch.disconnect();
        clearTimeout(idle);
      };
    }, []);
    const { id, className, style } = properties;
    /* What the table itself says while its rows are awaited. */
    const said = properties.dashGridOptions?.localeText?.loadingOoo;
    const awaited = () => React.createElement("p", { role: "status", className: "loading" }, said);
    return React.createElement(
      "div",
      { ref: frame, style: { height: "100%", width: "100%" } },
      isThere
        ? React.createElement(library.AgGrid, properties)
        : React.createElement("div", { id, className, style }, awaited()),
    );
  }

  window.dash_ag_grid = {
    AgGrid: Late,
    getApiAsync: (grid) => loading.then((there) => there.getApiAsync(grid)),
  };
})(window.reliance);
