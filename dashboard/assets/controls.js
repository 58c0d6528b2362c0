/* The library of controls is the largest script of all: where a page opens with a map, it comes after the first picture.
   Until then the label of each control stands in its place, as high as the control. */
((reliance) => {
  "use strict";

  if (!document.querySelector('meta[name="controls"]')) return;

  /** @type {any} */
  let library = null;
  /** @type {Promise<void>} */
  let coming = null;

  function come() {
    coming ??= reliance.painted
      .then(() => reliance.library("controls"))
      .then(
        () => {
          library = window.dash_mantine_components;
          /* Dash keeps what it has drawn: its components stay these. */
          window.dash_mantine_components = late;
        },
        () => {
          coming = null;
        },
      );
    return coming;
  }

  /** What every control is told: colours, shapes. @type {Record<string, any>} */
  let theme = {};

  function useLibrary() {
    const { useEffect, useState } = React;
    const [isThere, setThere] = useState(library !== null);
    useEffect(() => {
      if (!isThere) come().then(() => setThere(library !== null));
    }, []);
    return isThere;
  }

  /** Around the page: its children stay as they are when the library comes. @param {Record<string, any>} properties */
  function MantineProvider({ children, theme: colours, forceColorScheme }) {
    theme = { theme: colours, forceColorScheme };
    const styles = useLibrary() ? React.createElement(library.MantineProvider, theme) : null;
    return React.createElement(React.Fragment, null, children, styles);
  }

  /** @param {string} type @param {Record<string, any>} properties */
  function control(type, properties) {
    if (!useLibrary())
      return React.createElement(
        "div",
        { className: `late late-${type}` },
        typeof properties.label === "function" ? null : properties.label,
        properties.children,
      );
    return React.createElement(
      library.MantineProvider,
      { ...theme, withCssVariables: false, withGlobalClasses: false },
      React.createElement(library[type], properties),
    );
  }

  /** @type {Record<string, any>} */
  const components = { MantineProvider };
  const late = new Proxy(components, {
    get: (known, type) => {
      if (typeof type !== "string") return undefined;
      /* What Dash reads on a component is on that of the library. */
      known[type] ??= new Proxy((/** @type {any} */ properties) => control(type, properties), {
        get: (/** @type {any} */ own, name) => (name in own ? own[name] : library?.[type]?.[name]),
      });
      return known[type];
    },
  });
  window.dash_mantine_components = late;
})(window.reliance);
