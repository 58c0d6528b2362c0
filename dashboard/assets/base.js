/* What the other scripts lean on: safe words, the palette that the page declares, what every map shares. Dash loads them
   in the order of their names: this one is the first. */
window.reliance = /** @type {Reliance} */ ({ drawn: {} });

((reliance) => {
  "use strict";

  /** Asked for each of thousands of outlines, and the same all along. @type {Record<string, string>} */
  const palette = {};

  /** The value of a custom property of the style sheet. @param {string} name */
  reliance.css = (name) => {
    if (!(name in palette)) palette[name] = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return palette[name];
  };

  /** When the first picture of the page is there: what is not needed for it waits. @type {() => void} */
  let told;
  reliance.painted = new Promise((resolve) => {
    told = () => resolve(undefined);
  });
  reliance.tellPainted = () => requestAnimationFrame(() => requestAnimationFrame(told));
  addEventListener("load", () => setTimeout(told, 10000));

  /** @type {Record<string, Promise<void>>} */
  const libraries = {};

  /* A script whose address stands in the head under this name: asked for once, and again where it did not come. */
  reliance.library = (name) => {
    libraries[name] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = /** @type {HTMLMetaElement} */ (document.querySelector(`meta[name="${name}"]`)).content;
      script.addEventListener("load", () => resolve());
      script.addEventListener("error", () => {
        delete libraries[name];
        script.remove();
        reject(new Error(`the library of ${name} did not come`));
      });
      document.head.append(script);
    });
    return libraries[name];
  };

  reliance.locale = () => (document.documentElement.lang === "en" ? "en-GB" : "fr-FR");

  /** The map that shows a layer, if one does. @param {any} layer */
  reliance.mapOf = (layer) => layer?._map;

  /** How a territory outside the table is drawn: a background. @param {number} weight of its line */
  reliance.outside = (weight) => ({
    fillColor: reliance.css("--fill-outside"),
    fillOpacity: 1,
    color: reliance.css("--line-outside"),
    weight,
    opacity: 1,
  });

  /**
   * The line around the selected territory: finer where it is small on screen, so that its class stays in sight.
   * @param {any} layer
   */
  reliance.chosen = (layer) => {
    const map = reliance.mapOf(layer);
    let weight = 3;
    if (map) {
      const bounds = layer.getBounds();
      const size = map
        .latLngToContainerPoint(bounds.getSouthEast())
        .subtract(map.latLngToContainerPoint(bounds.getNorthWest()));
      weight = Math.max(1.8, Math.min(3, Math.min(size.x, size.y) / 12));
    }
    return { color: "#101418", weight };
  };

  /** The colour of the line around a territory. @param {string} state */
  reliance.line = (state) => reliance.css(state === "not_published" ? "--line-not_published" : "--line-territory");

  /** A text that stands in markup as it is. @param {unknown} text */
  reliance.escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  /** Functions that Dash calls in the browser, beside those of the other scripts. @param {Record<string, Function>} functions */
  reliance.serve = (functions) => {
    window.dash_clientside = Object.assign({}, window.dash_clientside);
    window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, functions);
  };

  /** Leaflet's own titles are English, and its map has no name. @param {string} id @param {string} label @param {MapWords} words */
  reliance.nameMap = (id, label, words) => {
    const frame = document.getElementById(id);
    if (!frame) return;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", label);
    for (const [end, title] of [
      ["in", words.zoomIn],
      ["out", words.zoomOut],
    ]) {
      const button = /** @type {HTMLElement} */ (frame.querySelector(`.leaflet-control-zoom-${end}`));
      if (!button) continue;
      button.title = title;
      button.setAttribute("aria-label", title);
    }
  };
})(window.reliance);
