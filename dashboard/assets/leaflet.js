/* A map that its page took away stays still. Leaflet lets an animated zoom end on the map it removed, and dash-leaflet
   moves to outlines that arrive after their map is gone: both would look for a pane that is no more. */
L.Map.addInitHook(
  /** @this {any} */ function () {
    this.on("unload", () => {
      this._animatingZoom = false;
      this.setView = this.flyTo = () => this;
    });
  },
);

/* On paper a map stays as it was painted, made smaller until the sheet holds it: it would not be painted again in time. */
L.Map.addInitHook(
  /** @this {any} */ function () {
    const keep = () => {
      const { style } = this.getContainer(),
        { x, y } = this.getSize();
      style.setProperty("--on-screen-x", `${x}px`);
      style.setProperty("--on-screen-y", `${y}px`);
    };
    this.whenReady(keep);
    this.on("resize", keep);
  },
);
