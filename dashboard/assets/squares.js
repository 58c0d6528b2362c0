/* Squares of population: one byte a square and a palette of 256, coloured here. Moving the minutes asks nothing of the
   server. A picture is fetched once its section is opened. */
((reliance) => {
  "use strict";

  const STATES = ["near", "far", "farther", "unknown"];
  const NO_DATA = 255;
  const LARGEST = 14; /* pixels of a square on screen */
  const TALLEST = 620;
  const AROUND = 16; /* pixels left free around a name */

  /** @type {WeakMap<Element, Squares>} */
  const started = new WeakMap();

  /** What the server sent: the length of a header, the header, a picture a family and that of residents.
   * @param {ArrayBuffer} body @returns {SquaresData} */
  function read(body) {
    const length = new DataView(body).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, length)));
    const size = header.width * header.height;
    /** @param {number} number */
    const picture = (number) => new Uint8Array(body, 4 + length + number * size, size);
    const families = Object.keys(header.families);
    return {
      ...header,
      pictures: Object.fromEntries(families.map((family, i) => [family, picture(i)])),
      people: picture(families.length),
      outlines: new Path2D(header.outlines.join("")),
      hatched: new Path2D(header.hatched.join("")),
    };
  }

  /** State of a byte at the minutes asked: where a list is not whole, nothing is said beyond it.
   * @param {number[]} meaning minutes, then minutes up to which an absence is certain @param {number} asked */
  function state([minutes, told], asked) {
    if (minutes <= asked) return "near";
    if (told < asked) return "unknown";
    return Math.min(minutes, told) >= 2 * asked ? "farther" : "far";
  }

  /** @param {string} colour #rrggbb, as a canvas stores it */
  const pixel = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  };

  class Squares {
    /** @param {HTMLElement} root @param {SquaresData} data */
    constructor(root, data) {
      this.root = root;
      this.data = data;
      this.words = JSON.parse(root.dataset.words);
      this.canvas = root.querySelector("canvas");
      this.range = /** @type {HTMLInputElement} */ (root.querySelector("input[type=range]"));
      this.tile = document.createElement("canvas");
      this.tile.width = data.width;
      this.tile.height = data.height;
      this.over = document.createElement("canvas");
      this.image = new ImageData(data.width, data.height);
      this.colours = Object.fromEntries(STATES.map((one) => [one, pixel(reliance.css(`--minutes-${one}`))]));
      this.said = root.querySelector(".squares-said");
      this.canvas.addEventListener("pointermove", (event) => this.say(event));
      this.say(null);
      new ResizeObserver(() => this.paint()).observe(root.querySelector(".squares-frame"));
    }

    family() {
      const chosen = /** @type {HTMLInputElement} */ (this.root.querySelector("input[type=radio]:checked"));
      return chosen ? chosen.value : Object.keys(this.data.families)[0];
    }

    paint() {
      const { data, root } = this;
      const asked = Number(this.range.value);
      const family = this.family();
      const states = data.families[family].map((meaning) => state(meaning, asked));
      const palette = new Uint32Array(256);
      states.forEach((one, i) => {
        palette[i + 1] = this.colours[one];
      });
      const pixels = new Uint32Array(this.image.data.buffer);
      const bytes = data.pictures[family];
      for (let i = 0; i < bytes.length; i++) pixels[i] = palette[bytes[i]];
      this.tile.getContext("2d").putImageData(this.image, 0, 0);
      this.draw();
      root.querySelector("output").textContent = this.words.minutes.replace("%s", asked);
      this.count(states, data.families[family], asked);
      performance.mark("reliance-squares-painted");
    }

    draw() {
      const { data, canvas } = this;
      const sharp = window.devicePixelRatio || 1;
      const room = /** @type {HTMLElement} */ (canvas.parentElement).clientWidth;
      /* A square has a pixel at least: a wide territory scrolls. */
      this.scale = Math.max(1, Math.min(LARGEST, room / data.width, TALLEST / data.height));
      const [width, height] = [data.width * this.scale, data.height * this.scale];
      if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
        for (const one of [canvas, this.over]) {
          one.width = Math.round(width * sharp);
          one.height = Math.round(height * sharp);
        }
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
        this.drawOver(sharp);
      }
      const ctx = canvas.getContext("2d");
      const unit = this.scale * sharp;
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, canvas.width, canvas.height);
      ctx.imageSmoothingEnabled = false;
      ctx.setTransform(unit, 0, 0, unit, 0, 0);
      ctx.drawImage(this.tile, 0, 0);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(this.over, 0, 0);
    }

    /** Outlines and names, which no minutes change: drawn when the picture has another size. @param {number} sharp */
    drawOver(sharp) {
      const { data } = this;
      const ctx = this.over.getContext("2d");
      const unit = this.scale * sharp;
      ctx.setTransform(unit, 0, 0, unit, 0, 0);
      ctx.fillStyle = reliance.css("--minutes-unknown");
      ctx.globalAlpha = 0.35;
      ctx.fill(data.hatched);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = "#3d4854";
      ctx.lineWidth = 0.8 / this.scale;
      ctx.stroke(data.outlines);
      ctx.setTransform(sharp, 0, 0, sharp, 0, 0);
      this.name(ctx);
    }

    /** Names of communes, the largest first, where there is room. @param {CanvasRenderingContext2D} ctx */
    name(ctx) {
      ctx.font = "500 11px system-ui, sans-serif";
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.lineJoin = "round";
      ctx.lineWidth = 3;
      ctx.strokeStyle = "#ffffffd9";
      ctx.fillStyle = "#16202b";
      /** @type {number[][]} */
      const taken = [];
      for (const [x, y, name] of this.data.names) {
        const [at, on] = [x * this.scale, y * this.scale];
        const half = ctx.measureText(name).width / 2 + AROUND;
        const box = [at - half, on - AROUND, at + half, on + AROUND];
        if (taken.some((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3])) continue;
        taken.push(box);
        ctx.strokeText(name, at, on);
        ctx.fillText(name, at, on);
      }
    }

    /** Residents in each state beside its colour. @param {string[]} states @param {number[][]} meanings
     * @param {number} asked */
    count(states, meanings, asked) {
      const people = Object.fromEntries(STATES.map((one) => [one, 0]));
      states.forEach((one, i) => {
        people[one] += meanings[i][2];
      });
      const words = this.words;
      const locale = reliance.locale();
      for (const one of STATES) {
        const line = /** @type {HTMLElement} */ (this.root.querySelector(`[data-state=${one}]`));
        const limit = one === "farther" ? 2 * asked : asked;
        const word = (one === "farther" ? words.far : words[one]).replace("%s", limit);
        line.textContent = `${word} (${words.residents.replace("%s", people[one].toLocaleString(locale))})`;
        line.parentElement.hidden = one !== "near" && !people[one];
      }
    }

    /** Residents and minutes of the square under the pointer. @param {PointerEvent | null} event */
    say(event) {
      const { data, words } = this;
      const [column, row] = event ? [event.offsetX, event.offsetY].map((at) => Math.floor(at / this.scale)) : [-1, -1];
      const at = row * data.width + column;
      const people = column >= 0 && column < data.width ? data.people[at] : 0;
      if (!people) {
        this.said.textContent = words.nobody;
        return;
      }
      const count = data.amounts[people - 1];
      if (!count) {
        this.said.textContent = words.few;
        return;
      }
      const told = [...this.root.querySelectorAll("input[type=radio]")].map((input) => {
        const { value } = /** @type {HTMLInputElement} */ (input);
        const label = this.root.querySelector(`label[for="${input.id}"]`)?.textContent ?? "";
        const [minutes, certain] = data.families[value][data.pictures[value][at] - 1];
        return `${label} ${this.minutes(minutes, certain)}`;
      });
      this.said.textContent = [words.about.replace("%s", count.toLocaleString(reliance.locale())), ...told].join(" · ");
    }

    /** The same words as in the table. @param {number} minutes @param {number} told */
    minutes(minutes, told) {
      const { words, data } = this;
      if (minutes === NO_DATA || (minutes === data.beyond && !told)) return words.unknown;
      if (minutes === 0) return words.under;
      if (minutes === data.beyond) return words.far.replace("%s", told);
      return (told < minutes - 1 ? words.atMost : words.minutes).replace("%s", minutes);
    }
  }

  /** @param {HTMLElement} root */
  async function start(root) {
    started.set(root, null);
    const answer = await fetch(root.dataset.source);
    if (!answer.ok) return;
    const squares = new Squares(root, read(await answer.arrayBuffer()));
    started.set(root, squares);
    squares.paint();
  }

  function look() {
    for (const root of document.querySelectorAll("details[open] .squares"))
      if (!started.has(root)) start(/** @type {HTMLElement} */ (root));
  }

  /** @param {Event} event */
  const changed = (event) => {
    const root = /** @type {Element} */ (event.target).closest?.(".squares");
    if (root) started.get(root)?.paint();
  };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("toggle", look, true);
  /* A section left open is drawn again for another territory. */
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
})(window.reliance);
