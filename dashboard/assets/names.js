/* Names on a map: written on a canvas of their own above the territories, as many as do not meet one another. */
((reliance) => {
  "use strict";

  const FONT = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif";
  const APART = 16; /* pixels between two names, so that the classes below stay in sight */
  const ROOM = 7000; /* square pixels for each name */
  const CHIEF = 1;
  const AREA = 2; /* a territory, not a town: no dot */
  /** Names by address, the first to be written first. @type {Map<string, Promise<Place[]>>} */
  const found = new Map();

  /** @param {string} address */
  async function fetched(address) {
    if (!found.has(address)) {
      found.set(
        address,
        fetch(address).then(
          (answer) => /** @type {Promise<Place[]>} */ (answer.ok ? answer.json() : Promise.resolve([])),
        ),
      );
    }
    return found.get(address);
  }

  /* What is written in a frame: each name centred under its dot, none over another. */
  /** @param {LeafletMap} map @param {Place[]} names @param {(name: string, isChief: boolean) => number} measure */
  function placed(map, names, measure) {
    const size = map.getSize();
    /** @type {Record<string, any>[]} */
    const boxes = [];
    /* The first ones in view only: a village is no landmark because the towns around it are far from one another. */
    let left = (size.x * size.y) / ROOM;
    for (const [name, lon, lat, kind] of names) {
      const at = map.latLngToContainerPoint([lat, lon]);
      if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
      if (left-- < 0) break;
      const isChief = kind === CHIEF;
      const half = measure(name, isChief) / 2;
      const x = Math.min(Math.max(at.x, half + 4), size.x - half - 4);
      const box = {
        name,
        kind,
        x,
        y: at.y,
        dotX: at.x,
        left: x - half,
        right: x + half,
        top: at.y - 8,
        bottom: at.y + 18,
      };
      /** @param {Record<string, any>} other */
      const meets = (other) =>
        box.left < other.right + APART &&
        box.right > other.left - APART &&
        box.top < other.bottom + APART / 2 &&
        box.bottom > other.top - APART / 2;
      if (!boxes.some(meets)) boxes.push(box);
    }
    return boxes;
  }

  /** @param {boolean} isChief */
  const fontOf = (isChief) => `${isChief ? "650 12.5px" : "500 11.5px"} ${FONT}`;

  /** @type {any} */
  let Names = null;

  function layer() {
    Names =
      Names ||
      L.Layer.extend({
        /** @this {any} @param {LeafletMap} map */
        onAdd(map) {
          const pane = map.getPane("lines") || map.getPanes().overlayPane;
          this._canvas = L.DomUtil.create("canvas", "map-names leaflet-zoom-hide", pane);
          this._canvas.setAttribute("aria-hidden", "true");
          map.on("moveend resize viewreset", this._draw, this);
          this._draw();
        },
        /** @this {any} @param {LeafletMap} map */
        onRemove(map) {
          map.off("moveend resize viewreset", this._draw, this);
          this._canvas.remove();
        },
        /** @this {any} @param {Place[]} names */
        write(names) {
          this._names = names;
          if (this._map) this._draw();
        },
        boxes: [],
        /** @this {any} */
        _draw() {
          const map = this._map;
          const size = map.getSize();
          const fine = L.Browser.retina ? 2 : 1;
          L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint([0, 0]));
          this._canvas.width = size.x * fine;
          this._canvas.height = size.y * fine;
          this._canvas.style.width = `${size.x}px`;
          this._canvas.style.height = `${size.y}px`;
          const ctx = this._canvas.getContext("2d");
          ctx.scale(fine, fine);
          /** @param {string} name @param {boolean} isChief */
          const measure = (name, isChief) => {
            ctx.font = fontOf(isChief);
            return ctx.measureText(name).width;
          };
          this.boxes = placed(map, this._names || [], measure);
          ctx.textAlign = "center";
          ctx.lineJoin = "round";
          for (const { name, kind, x, y, dotX } of this.boxes) {
            const isChief = kind === CHIEF;
            ctx.fillStyle = "#16202b";
            ctx.strokeStyle = "rgb(255 255 255 / 85%)";
            ctx.lineWidth = 3;
            if (kind !== AREA) {
              ctx.beginPath();
              ctx.arc(dotX, y, isChief ? 2.6 : 1.6, 0, 7);
              ctx.stroke();
              ctx.fill();
            }
            ctx.font = fontOf(isChief);
            ctx.strokeText(name, x, y + 14);
            ctx.fillText(name, x, y + 14);
          }
        },
      });
    return new Names();
  }

  /* Names of an address on a map; those of another address before them go. */
  /** @param {LeafletMap} map @param {string} address */
  async function write(map, address) {
    /* Outlines may arrive after their map is gone, with its panes. */
    if (!address || map.namesAddress === address || !map.getPanes().mapPane) return;
    map.namesAddress = address;
    map.names = map.names || layer().addTo(map);
    const names = await fetched(address);
    if (map.namesAddress === address && map._container.isConnected) map.names.write(names);
  }

  reliance.names = { write };
})(window.reliance);
