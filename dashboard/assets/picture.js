/* The maps of a page as a picture: each canvas on screen with its legend; question, sources and date around them. */
((reliance) => {
  "use strict";

  const WIDTH = 1400;
  const MARGIN = 36;
  const GAP = 24;
  const HEAD = 112; /* title and place */
  const EDGED = 'stroke="#ffffff" stroke-width="3" paint-order="stroke"';
  const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";

  /** A text in lines no wider than that. @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} width */
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
  /** @param {LeafletMap} map @param {boolean} isFine */
  function drawFine(map, isFine) {
    const screen = /** @type {{ retina: boolean }} */ (L.Browser);
    const usual = screen.retina;
    if (isFine) screen.retina = true;
    map.eachLayer((layer) => layer instanceof L.Canvas && /** @type {any} */ (layer)._update());
    screen.retina = usual;
  }

  /* Where everything stands: maps side by side, each with its legend below, then the notes over the whole width. */
  /** @param {Stamp} stamp */
  function arranged(stamp) {
    const count = stamp.maps.length;
    const width = (WIDTH - 2 * MARGIN - (count - 1) * GAP) / count;
    const perLine = count > 1 ? 1 : 3;
    const panels = stamp.maps.map(({ id, title, legend }, i) => {
      const container = document.getElementById(id);
      const frame = container.getBoundingClientRect();
      const scale = width / frame.width;
      const height = frame.height * scale;
      const x = MARGIN + i * (width + GAP);
      const top = HEAD + (title ? 30 : 0);
      const labels = [...container.querySelectorAll(".inset-label span")].map((label) => {
        const box = label.getBoundingClientRect();
        return { text: label.textContent, x: box.left + box.width / 2 - frame.left, y: box.bottom - 4 - frame.top };
      });
      const placed = legend.map((entry, n) => ({
        ...entry,
        x: x + (n % perLine) * (width / perLine),
        y: top + height + 18 + Math.floor(n / perLine) * 32,
      }));
      return { ...reliance.drawn[id](), container, frame, title, scale, x, top, width, height, labels, legend: placed };
    });
    const below = Math.max(...panels.flatMap((panel) => panel.legend.map((entry) => entry.y))) + 34;
    const draft = document.createElement("canvas").getContext("2d");
    draft.font = `15px ${FONT}`;
    const said = [...stamp.notes, stamp.printed.replace("%s", new Date().toLocaleDateString(reliance.locale()))];
    const notes = said
      .flatMap((note) => lines(draft, note, WIDTH - 2 * MARGIN))
      .map((text, i) => ({ text, y: below + 22 + i * 22 }));
    return { panels, notes, height: below + notes.length * 22 + MARGIN };
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Panel} panel */
  function drawMap(ctx, panel) {
    const { container, frame, scale, x, top } = panel;
    drawFine(panel.map, true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, top, panel.width, panel.height);
    ctx.clip();
    for (const layer of container.querySelectorAll("canvas")) {
      const box = layer.getBoundingClientRect();
      ctx.drawImage(
        layer,
        x + (box.left - frame.left) * scale,
        top + (box.top - frame.top) * scale,
        box.width * scale,
        box.height * scale,
      );
    }
    ctx.fillStyle = "#16202b";
    ctx.textAlign = "center";
    ctx.font = `${12 * scale}px ${FONT}`;
    for (const label of panel.labels) ctx.fillText(label.text, x + label.x * scale, top + label.y * scale);
    ctx.restore();
    drawFine(panel.map, false);
  }

  /** @param {number} _clicks @param {Stamp} stamp */
  function picture(_clicks, stamp) {
    if (reliance.isMoving()) return; /* what is written on it is not answered yet */
    const { panels, notes, height } = arranged(stamp);
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = height;
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.fillStyle = "#16202b";
    ctx.font = `600 30px ${FONT}`;
    ctx.fillText(stamp.title, MARGIN, 52);
    ctx.font = `20px ${FONT}`;
    ctx.fillText(stamp.place, MARGIN, 84);
    for (const panel of panels) {
      ctx.font = `600 18px ${FONT}`;
      ctx.fillText(panel.title, panel.x, HEAD + 18);
      drawMap(ctx, panel);
      ctx.font = `16px ${FONT}`;
      for (const { x, y, fill, label } of panel.legend) {
        ctx.fillStyle = reliance.fill(fill);
        ctx.fillRect(x, y, 30, 20);
        ctx.strokeStyle = "#5b6570";
        ctx.strokeRect(x + 0.5, y + 0.5, 29, 19);
        ctx.fillStyle = "#16202b";
        ctx.fillText(label, x + 40, y + 16);
      }
    }
    ctx.font = `15px ${FONT}`;
    ctx.fillStyle = "#3d4854";
    for (const { text, y } of notes) ctx.fillText(text, MARGIN, y);

    canvas.toBlob((blob) => reliance.keep(blob, stamp.file), "image/png");
  }

  /* -- the same map in lines, for a report that prints large -- */

  const { css, escaped } = reliance;
  /** @param {number} value */
  const round = (value) => Math.round(value * 10) / 10;
  /** @param {number} x @param {number} y @param {number} size @param {string} text @param {string} more */
  const written = (x, y, size, text, more = "") =>
    `<text x="${x}" y="${y}" font-size="${size}" ${more}>${escaped(text)}</text>`;

  /** @param {string | false | undefined} fill */
  function paint(fill) {
    if (!fill) return css("--fill-outside");
    return css(`--hatch-${fill}`) ? `url(#${fill})` : css(`--fill-${fill}`);
  }

  /** @param {string[]} fills */
  function patterns(fills) {
    const hatched = [...new Set(fills)].filter((fill) => css(`--hatch-${fill}`));
    const tiles = hatched.map((fill) => {
      const ink = css(`--hatch-${fill}`);
      const marks =
        fill === "not_published"
          ? `<g fill="${ink}"><circle cx="2" cy="2" r="0.9"/><circle cx="6" cy="6" r="0.9"/></g>`
          : `<path d="M-2 10L10 -2M-10 10L2 -2M6 10L18 -2" stroke="${ink}"/>`;
      return `<pattern id="${fill}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${css(`--fill-${fill}`)}"/>${marks}</pattern>`;
    });
    return `<defs>${tiles.join("")}</defs>`;
  }

  /* Leaflet keeps what it draws as lists of points: rings of outlines, centres of services. */
  /** @param {Drawn} drawn */
  function shapes({ map, outlines }) {
    const paths = outlines.map(({ layer, fill }) => {
      const path = (layer._parts || [])
        .map((ring) => `M${ring.map((p) => `${round(p.x)} ${round(p.y)}`).join("L")}Z`)
        .join("");
      const style = layer.options;
      return (
        path &&
        `<path d="${path}" fill="${paint(fill)}" fill-opacity="${style.fillOpacity}" stroke="${style.color}" stroke-width="${style.weight}"/>`
      );
    });
    /** @type {string[]} */
    const marks = [];
    map.eachLayer((layer) => {
      if (!layer.options.family || !layer._point) return;
      const { x, y } = layer._point;
      marks.push(
        `<circle cx="${round(x)}" cy="${round(y)}" r="${round(layer._radius)}" fill="${layer.options.text ? "none" : layer.options.fillColor}" stroke="${layer.options.text ? "#16202b" : layer.options.color}"/>`,
      );
      if (layer.options.text)
        marks.push(written(round(x), round(y) + 4, 11, layer.options.text, `text-anchor="middle" ${EDGED}`));
    });
    return paths.join("") + marks.join("");
  }

  /** @param {Panel} panel @param {number} i */
  function drawnMap(panel, i) {
    const { map, scale, frame } = panel;
    const shift = map.containerPointToLayerPoint([0, 0]);
    const labels = panel.labels.map(({ text, x, y }) =>
      written(round(x + shift.x), round(y + shift.y), 12, text, 'text-anchor="middle"'),
    );
    return [
      panel.title && written(panel.x, HEAD + 18, 18, panel.title, 'font-weight="600"'),
      `<clipPath id="frame-${i}"><rect x="${shift.x}" y="${shift.y}" width="${frame.width}" height="${frame.height}"/></clipPath>`,
      `<g transform="translate(${panel.x} ${panel.top}) scale(${scale}) translate(${-shift.x} ${-shift.y})" clip-path="url(#frame-${i})">${shapes(panel)}${labels.join("")}</g>`,
      ...panel.legend.map(
        ({ x, y, fill, label }) =>
          `<rect x="${x}" y="${y}" width="30" height="20" fill="${paint(fill)}" stroke="#5b6570"/>${written(x + 40, y + 16, 16, label)}`,
      ),
    ].join("");
  }

  /** @param {number} _clicks @param {Stamp} stamp */
  function drawing(_clicks, stamp) {
    if (reliance.isMoving()) return; /* what is written on it is not answered yet */
    const { panels, notes, height } = arranged(stamp);
    const body = [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="${escaped(FONT)}" fill="#16202b" role="img"><title>${escaped(stamp.title)}</title>`,
      `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
      patterns(panels.flatMap((panel) => panel.legend.map((entry) => entry.fill))),
      written(MARGIN, 52, 30, stamp.title, 'font-weight="600"'),
      written(MARGIN, 84, 20, stamp.place),
      ...panels.map(drawnMap),
      ...notes.map(({ text, y }) => written(MARGIN, y, 15, text, 'fill="#3d4854"')),
      "</svg>",
    ];
    reliance.keep(new Blob([body.join("")], { type: "image/svg+xml" }), stamp.file.replace(/png$/, "svg"));
  }

  reliance.serve({ picture, drawing });
})(window.reliance);
