/* The table: number formats, sorting, selection. Numbers are the server's; only their writing is done here. */
(function (reliance) {
  "use strict";

  const formats = {};
  const locale = () => (document.documentElement.lang === "en" ? "en-GB" : "fr-FR");
  function written(value, decimals) {
    const key = `${locale()}/${decimals}`;
    formats[key] = formats[key] || new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return formats[key].format(value);
  }
  const sign = () => (locale() === "fr-FR" ? "\u202f%" : "%");
  const isMissing = (value) => value === undefined || value === null;

  const format = {
    /* A share never goes without its interval. */
    share: (row) => (isMissing(row.low) ? "–" : written(100 * row.share, 1) + sign()),
    interval: (row) => (isMissing(row.low) ? "–" : `${written(100 * row.low, 1)} – ${written(100 * row.high, 1)}${sign()}`),
    /* Rounded towards one half, so that 94.7 % is never written 95 %, which is another class. */
    chances: (value) => {
      if (isMissing(value)) return "–";
      if (value > 0.99) return `> 99${sign()}`;
      if (value < 0.01) return `< 1${sign()}`;
      return written(value > 0.5 ? Math.floor(100 * value + 1e-9) : Math.ceil(100 * value - 1e-9), 0) + sign();
    },
    whole: (value) => (isMissing(value) ? "–" : written(value, 0)),
    robust: (value, holds, moves) => (isMissing(value) ? "–" : value ? holds : moves),
    minutes: (value) => (isMissing(value) ? "–" : value < 1 ? "< 1" : written(value, 0)),
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

  const ORDER = ["above", "likely_above", "undecided", "likely_below", "below", "not_published"];

  const QUADRANTS = ["need_few", "need_present", "need_unknown", "undecided", "less_need", "not_published"];

  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, format, {
    verdictWord: (verdict, words) => words[verdict] || "",
    byName: (a, b) => a.localeCompare(b, "fr"),
    byQuadrant: (a, b) => QUADRANTS.indexOf(a) - QUADRANTS.indexOf(b),
    byVerdict: (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b),
    leaveTable: () => false,
    selectOnEnter: (params) => {
      if (params.event.key !== "Enter") return;
      if (params.colDef.field === "profile") openProfile(params.colDef.cellRendererParams.level, params.data.code);
      else params.node.setSelected(true, true);
    },
  });

  /* The address of a profile keeps everything else that was chosen. */
  function profileAddress(level, code) {
    const query = new URLSearchParams(location.search);
    query.set("s", `${level}:${code}`);
    return `/territoire?${query.toString().replace(/%3A/g, ":").replace(/%2C/g, ",")}`;
  }

  /* Dash's own links do the same: the page changes without being loaded again. */
  function openProfile(level, code) {
    history.pushState({}, "", profileAddress(level, code));
    dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  window.dashAgGridComponentFunctions = Object.assign({}, window.dashAgGridComponentFunctions, {
    ProfileLink: ({ level, said, data }) =>
      React.createElement(
        "a",
        {
          href: profileAddress(level, data.code),
          tabIndex: -1,
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

  /* Select the row of a territory once the grid holds it; the grid takes its rows a little after Dash gives them. */
  reliance.selectRow = function (grid, code, tries = 40) {
    if (!document.getElementById(grid) || !window.dash_ag_grid) return;
    dash_ag_grid.getApiAsync(grid).then((api) => {
      if (!code) return api.deselectAll();
      const node = api.getRowNode(code);
      if (node) {
        if (!node.isSelected()) node.setSelected(true, true);
        api.ensureNodeVisible(node, "middle");
      } else if (tries > 0) {
        setTimeout(() => reliance.selectRow(grid, code, tries - 1), 50);
      }
    });
  };
})((window.reliance = window.reliance || {}));
