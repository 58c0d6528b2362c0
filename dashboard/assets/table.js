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
    minutes: (value) => (isMissing(value) ? "–" : value < 1 ? "< 1" : written(value, 0)),
    people: (row, few, to, least) => {
      if (isMissing(row.share)) return "–";
      if (isMissing(row.people)) return row.share * row.residents < least ? few : "–";
      const low = isMissing(row.people_low) ? `< ${least}` : written(row.people_low, 0);
      return `${written(row.people, 0)} (${low} ${to} ${written(row.people_high, 0)})`;
    },
  };
  reliance.format = format;

  const ORDER = ["above", "likely_above", "undecided", "likely_below", "below", "not_published"];

  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, format, {
    verdictWord: (verdict, words) => words[verdict] || "",
    byName: (a, b) => a.localeCompare(b, "fr"),
    byVerdict: (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b),
    selectOnEnter: (params) => {
      if (params.event.key === "Enter") params.node.setSelected(true, true);
    },
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
