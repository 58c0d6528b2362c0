/* A figure in points, made here from the same figure in lines: the server draws it once, in SVG. */
(() => {
  "use strict";

  const SCALE = 2;

  /** @param {Blob} blob @param {string} name */
  function keep(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  /** @param {string} address */
  async function picture(address) {
    const answer = await fetch(address);
    const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition"))[1];
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    canvas.toBlob((blob) => keep(blob, `${name}.png`), "image/png");
  }

  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.(".file-png");
    if (!link) return;
    event.preventDefault();
    picture(/** @type {HTMLAnchorElement} */ (link).href);
  });

  window.reliance.keep = keep;
})();
