/* The table: number formats, sorting, selection. Numbers are the server's; only their writing is done here. */
((reliance) => {
  "use strict";

  const { locale } = reliance;
  /** @type {Record<string, Intl.NumberFormat>} */
  const formats = {};

  /** @param {number} value @param {number} decimals */
  function written(value, decimals) {
    const key = `${locale()}/${decimals}`;
    formats[key] =
      formats[key] ||
      new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return formats[key].format(value);
  }
  const sign = () => (locale() === "fr-FR" ? "\u202f%" : "%");
  /** @param {unknown} value */
  const isMissing = (value) => value === undefined || value === null;

  /** @type {Format} */
  const format = {
    /* A share never goes without its interval. */
    share: (row) => (isMissing(row.low) ? "–" : written(100 * row.share, 1) + sign()),
    interval: (row) =>
      isMissing(row.low) ? "–" : `${written(100 * row.low, 1)} – ${written(100 * row.high, 1)}${sign()}`,
    /* Rounded towards one half, so that 94.7 % is never written 95 %, which is another class. */
    chances: (value) => {
      if (isMissing(value)) return "–";
      if (value > 0.99) return `> 99${sign()}`;
      if (value < 0.01) return `< 1${sign()}`;
      return written(value > 0.5 ? Math.floor(100 * value + 1e-9) : Math.ceil(100 * value - 1e-9), 0) + sign();
    },
    line: (tenths, least) =>
      new Intl.NumberFormat(locale(), { minimumFractionDigits: least, maximumFractionDigits: 1 }).format(tenths / 10) +
      sign(),
    whole: (value) => (isMissing(value) ? "–" : written(value, 0)),
    robust: (value, holds, moves) => (isMissing(value) ? "–" : value ? holds : moves),
    /* Known by its commune alone, a service is at no minute of it: its place is said. */
    minutes: (value, isHere, here) => (isMissing(value) ? "–" : isHere ? here : value < 1 ? "< 1" : written(value, 0)),
    /* A share of people within reach: all of them is said of all of them only. */
    reached: (value) => {
      if (isMissing(value)) return "–";
      if (value < 1 && value > 0.99) return `> 99${sign()}`;
      if (value > 0 && value < 0.01) return `< 1${sign()}`;
      return written(100 * value, 0) + sign();
    },
    people: (row, few, to, least) => {
      if (isMissing(row.share)) return "–";
      if (isMissing(row.people)) return row.share * row.residents < least ? few : "–";
      const low = isMissing(row.people_low) ? `< ${least}` : written(row.people_low, 0);
      return `${written(row.people, 0)} (${low} ${to} ${written(row.people_high, 0)})`;
    },
  };
  reliance.format = format;

  reliance.ORDER = ["above", "likely_above", "undecided", "likely_below", "below", "not_published"];

  /** @param {string} name */
  const proper = (name) => name.replace(/^(CC|CA|CU) /, "");

  const QUADRANTS = ["need_few", "need_present", "need_unknown", "undecided", "less_need", "not_published"];

  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, format, {
    /** @param {string} verdict @param {Record<string, string>} words */
    verdictWord: (verdict, words) => words[verdict] || "",
    /** By the proper name: "CC Pays de Gex" stands at P. @param {string} a @param {string} b */
    byName: (a, b) => proper(a).localeCompare(proper(b), "fr"),
    /** @param {string} a @param {string} b */
    byQuadrant: (a, b) => QUADRANTS.indexOf(a) - QUADRANTS.indexOf(b),
    /** @param {string} a @param {string} b */
    byVerdict: (a, b) => reliance.ORDER.indexOf(a) - reliance.ORDER.indexOf(b),
    /** The class under the line as it stands now. @param {{ data: Row }} params */
    verdictNow: ({ data }) => reliance.classOf(data),
    leaveTable: () => false,
    /** @param {Record<string, any>} params */
    selectOnEnter: (params) => {
      if (params.event.key !== "Enter") return;
      if (params.colDef.field === "profile") openProfile(params.colDef.cellRendererParams.level, params.data.code);
      else params.node.setSelected(true, true);
    },
  });

  /* The address of a profile keeps everything else that was chosen. */
  /** @param {string} level @param {string} code */
  function profileAddress(level, code) {
    const query = new URLSearchParams(location.search);
    query.set("s", `${level}:${code}`);
    return `/territoire?${query.toString().replace(/%3A/g, ":").replace(/%2C/g, ",")}`;
  }

  /* Dash's own links do the same: the page changes without being loaded again. */
  /** @param {string} level @param {string} code */
  function openProfile(level, code) {
    history.pushState({}, "", profileAddress(level, code));
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  window.dashAgGridComponentFunctions = Object.assign({}, window.dashAgGridComponentFunctions, {
    /** @param {{ level: string, said: string, data: Row }} link */
    ProfileLink: ({ level, said, data }) =>
      React.createElement(
        "a",
        {
          href: profileAddress(level, data.code),
          tabIndex: -1,
          /** @param {MouseEvent} event */
          onClick: (event) => {
            if (event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            event.stopPropagation();
            openProfile(level, data.code);
          },
        },
        said,
      ),
  });

  /* -- rows that contain what is typed: name, département or code -- */
  /** @param {string | undefined} text */
  const plain = (text) =>
    String(text ?? "")
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase();

  /** @param {string} typed @param {string} grid */
  function filterRows(typed, grid) {
    const wanted = plain(typed).trim();
    dash_ag_grid.getApiAsync(grid).then((api) => {
      api.setGridOption("isExternalFilterPresent", () => wanted !== "");
      api.setGridOption("doesExternalFilterPass", (/** @type {{ data: any }} */ { data }) =>
        plain(`${data.name} ${data.departement ?? ""} ${data.code}`).includes(wanted),
      );
      api.onFilterChanged();
    });
    return wanted;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, { filterRows });

  /* Classes of the rows on screen, and what is sorted and filtered by them; once the map is painted, however often the
     line moved meanwhile. */
  let reclassing = 0;
  reliance.reclass = (grid) => {
    if (!document.querySelector(`#${grid} .ag-row`)) return;
    cancelAnimationFrame(reclassing);
    reclassing = requestAnimationFrame(() => {
      reclassing = requestAnimationFrame(() => {
        if (!document.getElementById(grid)) return;
        dash_ag_grid.getApiAsync(grid).then((api) => {
          if (api.isAnyFilterPresent()) api.onFilterChanged();
          if (api.getColumnState().some((/** @type {any} */ one) => one.colId === "verdict" && one.sort))
            api.refreshClientSideRowModel("sort");
          api.refreshCells({ columns: ["verdict"], force: true });
        });
      });
    });
  };

  /* Select the row of a territory once the grid holds it; the grid takes its rows a little after Dash gives them. */
  reliance.selectRow = (grid, code, tries = 40) => {
    if (!document.getElementById(grid)) return;
    dash_ag_grid.getApiAsync(grid).then((api) => {
      /* A grid that is just there answers a selection once it is drawn again: before, it would fail. */
      requestAnimationFrame(() => requestAnimationFrame(() => pick(api, grid, code, tries)));
    });
  };

  /** @param {any} api @param {string} grid @param {string | null} code @param {number} tries */
  function pick(api, grid, code, tries) {
    if (api.isDestroyed()) return;
    if (!code) {
      api.deselectAll();
      return;
    }
    const node = api.getRowNode(code);
    if (node) {
      if (!node.isSelected()) node.setSelected(true, true);
      api.ensureNodeVisible(node, "middle");
    } else if (tries > 0) {
      setTimeout(() => reliance.selectRow(grid, code, tries - 1), 50);
    }
  }
})(window.reliance);
