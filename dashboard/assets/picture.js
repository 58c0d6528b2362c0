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

    canvas.toBlob((blob) => reliance.keep(blob, stamp.file), "image/png");
  }

  /* -- the same map in lines, for a report that prints large -- */

  const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const round = (value) => Math.round(value * 10) / 10;
  const written = (x, y, size, text, more = "") => `<text x="${x}" y="${y}" font-size="${size}" ${more}>${escaped(text)}</text>`;

  function paint(verdict) {
    if (!verdict) return "#f4f4f2";
    return css(`--hatch-${verdict}`) ? `url(#${verdict})` : css(`--fill-${verdict}`);
  }

  function patterns() {
    const tile = (verdict, marks) =>
      `<pattern id="${verdict}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${css(`--fill-${verdict}`)}"/>${marks}</pattern>`;
    const undecided = `<path d="M-2 10L10 -2M-10 10L2 -2M6 10L18 -2" stroke="${css("--hatch-undecided")}"/>`;
    const dots = `<g fill="${css("--hatch-not_published")}"><circle cx="2" cy="2" r="0.9"/><circle cx="6" cy="6" r="0.9"/></g>`;
    return `<defs>${tile("undecided", undecided)}${tile("not_published", dots)}</defs>`;
  }

  /* Leaflet keeps what it draws as lists of points: rings of outlines, centres of services. */
  function shapes() {
    const outlines = reliance.outlines().map(({ layer, verdict }) => {
      const path = (layer._parts || []).map((ring) => `M${ring.map((p) => `${round(p.x)} ${round(p.y)}`).join("L")}Z`).join("");
      const style = layer.options;
      return path && `<path d="${path}" fill="${paint(verdict)}" fill-opacity="${style.fillOpacity}" stroke="${style.color}" stroke-width="${style.weight}"/>`;
    });
    const marks = [];
    reliance.leaflet.eachLayer((layer) => {
      if (!layer.options.family || !layer._point) return;
      const { x, y } = layer._point;
      marks.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${round(layer._radius)}" fill="${layer.options.fillColor}" stroke="${layer.options.color}"/>`);
      if (layer.options.text) marks.push(written(round(x), round(y) + 4, 11, layer.options.text, 'text-anchor="middle"'));
    });
    return outlines.join("") + marks.join("");
  }

  function drawing(clicks, stamp) {
    const map = reliance.leaflet;
    const { x: width, y: height } = map.getSize();
    const scale = (WIDTH - 2 * MARGIN) / width;
    const shift = map.containerPointToLayerPoint([0, 0]);
    const frame = document.querySelector("#carte-map").getBoundingClientRect();
    const labels = [...document.querySelectorAll("#carte-map .inset-label span")].map((label) => {
      const box = label.getBoundingClientRect();
      return written(round(box.left + box.width / 2 - frame.left + shift.x), round(box.bottom - 4 - frame.top + shift.y), 12, label.textContent, 'text-anchor="middle"');
    });
    const draft = document.createElement("canvas").getContext("2d");
    draft.font = `15px ${FONT}`;
    const notes = [...stamp.notes, stamp.printed.replace("%s", new Date().toLocaleDateString(reliance.locale()))];
    const stamped = notes.flatMap((note) => lines(draft, note, WIDTH - 2 * MARGIN));
    const top = 112;
    const below = top + height * scale;
    const legend = stamp.legend.map((entry, i) => {
      const x = MARGIN + (i % 3) * ((WIDTH - 2 * MARGIN) / 3);
      const y = below + 18 + Math.floor(i / 3) * 32;
      return `<rect x="${x}" y="${y}" width="30" height="20" fill="${paint(entry.verdict)}" stroke="#5b6570"/>${written(x + 40, y + 16, 16, entry.label)}`;
    });
    const total = below + 84 + stamped.length * 22 + MARGIN;
    const body = [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" width="${WIDTH}" height="${total}" font-family="${escaped(FONT)}" fill="#16202b" role="img"><title>${escaped(stamp.title)}</title>`,
      `<rect width="${WIDTH}" height="${total}" fill="#ffffff"/>${patterns()}`,
      written(MARGIN, 52, 30, stamp.title, 'font-weight="600"'),
      written(MARGIN, 84, 20, stamp.place),
      `<clipPath id="frame"><rect x="${shift.x}" y="${shift.y}" width="${width}" height="${height}"/></clipPath>`,
      `<g transform="translate(${MARGIN} ${top}) scale(${scale}) translate(${-shift.x} ${-shift.y})" clip-path="url(#frame)">${shapes()}${labels.join("")}</g>`,
      ...legend,
      ...stamped.map((line, i) => written(MARGIN, below + 84 + 22 + i * 22, 15, line, 'fill="#3d4854"')),
      "</svg>",
    ];
    reliance.keep(new Blob([body.join("")], { type: "image/svg+xml" }), stamp.file.replace(/png$/, "svg"));
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside);
  window.dash_clientside.reliance = Object.assign({}, window.dash_clientside.reliance, { picture, drawing });
})((window.reliance = window.reliance || {}));
