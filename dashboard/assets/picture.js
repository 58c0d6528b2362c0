/* The map as a picture: the canvas on screen with its question, legend, sources and date written around it. */
(function (reliance) {
  "use strict";

  const WIDTH = 1400;
  const MARGIN = 36;
  const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";

  function lines(ctx, text, width) {
    const found = [""];
    for (const word of text.split(" ")) {
      const longer = found[found.length - 1] ? `${found[found.length - 1]} ${word}` : word;
      if (ctx.measureText(longer).width > width) found.push(word);
      else found[found.length - 1] = longer;
    }
    return found;
  }

  /* Leaflet draws twice as fine on fine screens: so does the picture, whatever the screen. */
  function drawFine(isFine) {
    const usual = L.Browser.retina;
    if (isFine) L.Browser.retina = true;
    reliance.leaflet.eachLayer((layer) => layer instanceof L.Canvas && layer._update());
    L.Browser.retina = usual;
  }

  function picture(clicks, stamp) {
    const container = document.querySelector("#carte-map");
    drawFine(true);
    const canvases = [...container.querySelectorAll("canvas")];
    const frame = container.getBoundingClientRect();
    const scale = (WIDTH - 2 * MARGIN) / frame.width;
    const mapHeight = frame.height * scale;
    const draft = document.createElement("canvas").getContext("2d");
    draft.font = `15px ${FONT}`;
    const notes = [...stamp.notes, stamp.printed.replace("%s", new Date().toLocaleDateString(reliance.locale()))];
    const written = notes.flatMap((note) => lines(draft, note, WIDTH - 2 * MARGIN));
    const top = 112;
    const legendHeight = 84;

    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = top + mapHeight + legendHeight + written.length * 22 + MARGIN;
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.fillStyle = "#16202b";
    ctx.font = `600 30px ${FONT}`;
    ctx.fillText(stamp.title, MARGIN, 52);
    ctx.font = `20px ${FONT}`;
    ctx.fillText(stamp.place, MARGIN, 84);

    ctx.save();
    ctx.beginPath();
    ctx.rect(MARGIN, top, frame.width * scale, mapHeight);
    ctx.clip();
    for (const layer of canvases) {
      const box = layer.getBoundingClientRect();
      ctx.drawImage(layer, MARGIN + (box.left - frame.left) * scale, top + (box.top - frame.top) * scale, box.width * scale, box.height * scale);
    }
    ctx.fillStyle = "#16202b";
    ctx.textAlign = "center";
    ctx.font = `${12 * scale}px ${FONT}`;
    for (const label of container.querySelectorAll(".inset-label span")) {
      const box = label.getBoundingClientRect();
      ctx.fillText(label.textContent, MARGIN + (box.left + box.width / 2 - frame.left) * scale, top + (box.bottom - 4 - frame.top) * scale);
    }
    ctx.restore();
    drawFine(false);

    ctx.textAlign = "left";
    ctx.font = `16px ${FONT}`;
    stamp.legend.forEach((entry, i) => {
      const x = MARGIN + (i % 3) * ((WIDTH - 2 * MARGIN) / 3);
      const y = top + mapHeight + 18 + Math.floor(i / 3) * 32;
      ctx.fillStyle = reliance.fill(entry.verdict);
      ctx.fillRect(x, y, 30, 20);
      ctx.strokeStyle = "#5b6570";
      ctx.strokeRect(x + 0.5, y + 0.5, 29, 19);
      ctx.fillStyle = "#16202b";
      ctx.fillText(entry.label, x + 40, y + 16);
    });
    ctx.font = `15px ${FONT}`;
    ctx.fillStyle = "#3d4854";
    written.forEach((line, i) => ctx.fillText(line, MARGIN, top + mapHeight + legendHeight + 22 + i * 22));

    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = stamp.file;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }, "image/png");
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, { picture });
})((window.reliance = window.reliance || {}));
