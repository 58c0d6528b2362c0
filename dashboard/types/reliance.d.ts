/* What the scripts of dashboard/assets share, and what Dash, AG Grid and Leaflet give them beyond their own types. */

/** One territory of the table, as the server sends it: shares are fractions, missing where nothing is published. */
interface Row {
  code: string;
  count?: number;
  verdict: string;
  quadrant?: string;
  answer?: string;
  share?: number;
  low?: number;
  high?: number;
  people?: number;
  people_low?: number;
  people_high?: number;
  residents?: number;
  reason?: string;
  robust?: boolean;
  told?: string;
  value?: number;
  /** Four thresholds in tenths of a percent: the highest under which the class is at least the 1st to 4th of `ORDER`. */
  turns?: number[];
}

/** A line that may move, as the server answered about it; `line` in tenths of a percent, %s where it is written. */
interface Line {
  line: number | null;
  head: string;
  asked: string;
  national: string | null;
  shown: { one: string; other: string };
  bands: Record<string, { moved: string; said: string }> | null;
}

/** What a page of the map says in the reader's language. */
interface MapWords {
  map?: string;
  needMap?: string;
  answerMap?: string;
  zoomIn?: string;
  zoomOut?: string;
  robust?: string;
  changes?: string;
  outside?: string;
  verdicts?: Record<string, string>;
  quadrants?: Record<string, string>;
  answers?: Record<string, string>;
}

type LatLng = import("leaflet").LatLng;
type LeafletMap = import("leaflet").Map;
type Outline = import("leaflet").Polygon;
type PathOptions = import("leaflet").PathOptions;
/** A colour or a pattern: a canvas takes either, the types of Leaflet know colours only. */
type Paint = any;
type Mark = import("leaflet").CircleMarker;

interface Feature {
  properties: Record<string, any>;
}

/** One side of the page of needs: its map, and the outlines it draws by code. */
interface Side {
  layer: string | null;
  level?: string;
  map: LeafletMap | null;
  outlines: Map<string, Outline>;
  isSettled?: boolean;
  framed?: string;
}

/** A place on a map: name, longitude, latitude, whether it is a chief town or an area. */
type Place = [name: string, lon: number, lat: number, kind: number];

/** What dash-leaflet hands to the functions that draw a layer. */
interface Context {
  map: LeafletMap;
  hideout: Record<string, any>;
}

/** A map on screen, as a picture takes it. */
interface Drawn {
  map: LeafletMap;
  outlines: { layer: Outline; fill?: string | false }[];
}

/** What a picture says around its maps. */
interface Stamp {
  title: string;
  place: string;
  file: string;
  printed: string;
  notes: string[];
  maps: { id: string; title: string; legend: { fill: string; label: string }[] }[];
}

/** A map on its picture: where it stands, and what is written around it. */
interface Panel extends Drawn {
  container: HTMLElement;
  frame: DOMRect;
  title: string;
  scale: number;
  x: number;
  top: number;
  width: number;
  height: number;
  labels: { text: string; x: number; y: number }[];
  legend: { fill: string; label: string; x: number; y: number }[];
}

/** How the table writes the numbers of the server. */
interface Format {
  share(row: Row): string;
  interval(row: Row): string;
  chances(value?: number): string;
  line(tenths: number, least: number): string;
  whole(value?: number): string;
  robust(value: boolean | undefined, holds: string, moves: string): string;
  minutes(value: number | undefined, isHere: boolean | undefined, here: string): string;
  reached(value?: number): string;
  people(row: Row, few: string, to: string, least: number): string;
}

/** The functions of a map that dash-leaflet calls, by the names that `dashboard/maps.py` writes. */
type Drawing = Record<string, (...given: any[]) => any>;

/** What the scripts lend each other. */
/** Squares of population as the server sends them, a byte a square. */
interface SquaresData {
  width: number;
  height: number;
  /** Of each byte from 1: minutes, minutes up to which an absence is certain, residents. */
  families: Record<string, number[][]>;
  pictures: Record<string, Uint8Array>;
  people: Uint8Array;
  amounts: number[];
  beyond: number;
  names: [number, number, string][];
  outlines: Path2D;
  hatched: Path2D;
}

interface Reliance {
  ORDER: string[];
  painted: Promise<undefined>;
  tellPainted(): void;
  library(name: string): Promise<void>;
  bandAt(row: Row, tenths: number): string;
  classAt(row: Row, tenths: number): string;
  classOf(row: Row): string;
  hear(line: Line): void;
  isMoving(): boolean;
  reclass(grid: string): void;
  repaint(say: (rows: Row[], shown: Set<string>) => void): void;
  verdictNow(row: Row): string;
  outside(weight: number): PathOptions;
  chosen(layer: any): PathOptions;
  line(state: string): string;
  css(name: string): string;
  drawn: Record<string, () => Drawn>;
  escaped(text: unknown): string;
  fill(verdict: string): Paint;
  format: Format;
  hatched(colour: string, ink: string): CanvasPattern;
  isDrawn(): boolean;
  keep(blob: Blob, name: string): void;
  leaflet: LeafletMap;
  locale(): string;
  map: Drawing;
  mark(latlng: LatLng, options: Record<string, any>): import("leaflet").CircleMarker;
  nameMap(id: string, label: string, words: MapWords): void;
  names: { write(map: LeafletMap, address: string): Promise<void> };
  need: Drawing;
  outline(code: string): Outline;
  outlines(): Drawn["outlines"];
  plan: Drawing;
  mapOf(layer: import("leaflet").Layer): LeafletMap | undefined;
  planFill(state: string): Paint;
  selectRow(grid: string, code: string, tries?: number): void;
  serve(functions: Record<string, Function>): void;
}

interface Window {
  reliance: Reliance;
  dash_clientside: Record<string, any>;
  dash_ag_grid: { getApiAsync(grid: string): Promise<any>; AgGrid: unknown };
  dash_mantine_components: any;
  dashAgGridFunctions: Record<string, Function>;
  dashAgGridComponentFunctions: Record<string, Function>;
  dashMantineFunctions: Record<string, Function>;
}

declare const dash_clientside: Window["dash_clientside"];
declare const dash_ag_grid: Window["dash_ag_grid"];
declare const React: {
  Fragment: unknown;
  createElement(kind: unknown, attributes: object, ...children: unknown[]): unknown;
  useEffect(effect: () => unknown, on: unknown[]): void;
  useRef<T>(value: T): { current: T };
  useState<T>(value: T): [T, (value: T) => void];
};
