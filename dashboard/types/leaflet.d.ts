/* What Leaflet keeps about a layer without saying so in its types, and what our marks add to their options. */
import "leaflet";

declare module "leaflet" {
  interface Layer {
    _point?: Point;
    _radius?: number;
  }
  interface LayerOptions {
    family?: string;
    text?: string;
    fillColor?: any;
    color?: string;
  }
  interface Polyline {
    _parts?: Point[][];
  }
  interface Map {
    _container: HTMLElement;
    /** The names written on it, and the address they came from. */
    names?: any;
    namesAddress?: string;
  }
}
