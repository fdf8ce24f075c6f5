/**
 * The axis of a road: a closed curve with height and banking, asked by station (metres along it) or by place.
 *
 * A uniform cubic B-spline, so curvature and slope are continuous; it is kept as a table with a row every two metres,
 * and everything, tyres and triangles, reads that table. Station, offset, grade are words of road engineers; offsets
 * are positive to the left of the direction of travel, x ahead and y to the left as in the dynamics.
 */

import { clamp } from "../dynamics";

export type Point = readonly [x: number, y: number, z: number];

/** Where a point is along a road and across it. */
export interface Place {
  station: number;
  offset: number;
}

/** The axis at a station. */
export interface AxisPoint {
  x: number;
  y: number;
  z: number;
  /** rad, to the left from x. */
  heading: number;
  /** 1/m, positive to the left. */
  curvature: number;
  /** Rise for each metre along. */
  grade: number;
  /** Rise for each metre to the left. */
  bank: number;
}

const SPACING = 2; // m between rows of the table
const FINE = 48; // pieces of a span, to measure its length
const CELL = 24; // m, of the grid that knows the nearest row
const MARGIN = 400; // m around the road that the grid covers
const BANK_WINDOW = 24; // m over which banking is evened out: it comes and goes gently

export function newAxisPoint(): AxisPoint {
  return { x: 0, y: 0, z: 0, heading: 0, curvature: 0, grade: 0, bank: 0 };
}

export class Alignment {
  /** m round. */
  readonly length: number;
  readonly rows: number;
  readonly step: number;
  readonly #columns: Record<keyof AxisPoint, Float64Array>;
  #grid: Grid | undefined; // made when a place is looked for: a drawing of the road needs none
  readonly #here = newAxisPoint();

  /** The closed curve of some control points, banked for a speed in m/s but never steeper than `mostBank`. */
  constructor(points: readonly Point[], designSpeed: number, mostBank: number) {
    const table = measure(points);
    this.length = table[table.length - 1]!.at;
    this.rows = Math.max(16, Math.round(this.length / SPACING));
    this.step = this.length / this.rows;
    this.#columns = this.#fill(points, table);
    this.#bank(designSpeed, mostBank);
  }

  /** The same station between 0 and the length. */
  wrap(station: number): number {
    const rest = station % this.length;
    return rest < 0 ? rest + this.length : rest;
  }

  /** How far ahead `to` is of `from`, m, between minus and plus half the length. */
  ahead(from: number, to: number): number {
    const rest = this.wrap(to - from);
    return rest > this.length / 2 ? rest - this.length : rest;
  }

  /** Write the axis at a station. */
  at(station: number, point: AxisPoint): AxisPoint {
    const along = this.wrap(station) / this.step;
    const row = Math.floor(along) % this.rows;
    const next = (row + 1) % this.rows;
    const t = along - Math.floor(along);
    const { heading } = this.#columns;
    for (const key of ["x", "y", "z", "curvature", "grade", "bank"] as const) {
      const column = this.#columns[key];
      point[key] = column[row]! + t * (column[next]! - column[row]!);
    }
    point.heading = heading[row]! + t * turn(heading[row]!, heading[next]!);
    return point;
  }

  /** Write where (x, y) is: nearest row, then Newton's steps on the axis. */
  locate(x: number, y: number, place: Place): Place {
    let station = this.#nearestRow(x, y) * this.step;
    let offset = 0;
    for (let round = 0; round < 4; round++) {
      const here = this.at(station, this.#here);
      const cos = Math.cos(here.heading);
      const sin = Math.sin(here.heading);
      const along = (x - here.x) * cos + (y - here.y) * sin;
      offset = (y - here.y) * cos - (x - here.x) * sin;
      station += clamp(along / Math.max(0.2, 1 - here.curvature * offset), -SPACING, SPACING);
    }
    place.station = this.wrap(station);
    place.offset = offset;
    return place;
  }

  #nearestRow(x: number, y: number): number {
    const { left, low, across, up, nearest } = (this.#grid ??= this.#makeGrid());
    const column = clamp(Math.floor((x - left) / CELL), 0, across - 1);
    const line = clamp(Math.floor((y - low) / CELL), 0, up - 1);
    let row = nearest[line * across + column]!;
    let best = this.#distance2(row, x, y);
    for (const direction of [1, -1]) {
      for (;;) {
        const next = (row + direction + this.rows) % this.rows;
        const found = this.#distance2(next, x, y);
        if (!(found < best)) break;
        row = next;
        best = found;
      }
    }
    return row;
  }

  #distance2(row: number, x: number, y: number): number {
    return (this.#columns.x[row]! - x) ** 2 + (this.#columns.y[row]! - y) ** 2;
  }

  #fill(points: readonly Point[], table: readonly Mark[]): Record<keyof AxisPoint, Float64Array> {
    const make = (): Float64Array => new Float64Array(this.rows);
    const columns = { x: make(), y: make(), z: make(), heading: make(), curvature: make(), grade: make(), bank: make() };
    let mark = 1;
    for (let row = 0; row < this.rows; row++) {
      const at = row * this.step;
      while (table[mark]!.at < at) mark++;
      const [from, to] = [table[mark - 1]!, table[mark]!];
      const knot = from.knot + ((to.knot - from.knot) * (at - from.at)) / (to.at - from.at);
      const [place, first, second] = [0, 1, 2].map((order) => spline(points, knot, order));
      const [dx, dy, dz] = first!;
      const speed = Math.hypot(dx, dy);
      [columns.x[row], columns.y[row], columns.z[row]] = place!;
      columns.heading[row] = Math.atan2(dy, dx);
      columns.curvature[row] = (dx * second![1] - dy * second![0]) / speed ** 3;
      columns.grade[row] = dz / speed;
    }
    return columns;
  }

  /** A third of what a curve asks for at the design speed is taken by banking, the rest by the tyres. */
  #bank(designSpeed: number, most: number): void {
    const { curvature, bank } = this.#columns;
    const wanted = curvature.map((k) => clamp((-k * designSpeed * designSpeed) / 9.81 / 3, -most, most));
    const reach = Math.round(BANK_WINDOW / this.step);
    for (let row = 0; row < this.rows; row++) {
      let sum = 0;
      for (let off = -reach; off <= reach; off++) sum += wanted[(row + off + this.rows) % this.rows]!;
      bank[row] = sum / (2 * reach + 1);
    }
  }

  #makeGrid(): Grid {
    const { x, y } = this.#columns;
    const [left, right] = [x.reduce((a, b) => Math.min(a, b)) - MARGIN, x.reduce((a, b) => Math.max(a, b)) + MARGIN];
    const [low, high] = [y.reduce((a, b) => Math.min(a, b)) - MARGIN, y.reduce((a, b) => Math.max(a, b)) + MARGIN];
    const across = Math.ceil((right - left) / CELL);
    const up = Math.ceil((high - low) / CELL);
    const nearest = new Uint16Array(across * up);
    for (let cell = 0; cell < nearest.length; cell++) {
      const cx = left + ((cell % across) + 0.5) * CELL;
      const cy = low + (Math.floor(cell / across) + 0.5) * CELL;
      let best = Infinity;
      for (let row = 0; row < this.rows; row += 4) {
        const found = this.#distance2(row, cx, cy);
        if (found < best) [best, nearest[cell]] = [found, row];
      }
    }
    return { left, low, across, up, nearest };
  }
}

interface Grid {
  readonly left: number;
  readonly low: number;
  readonly across: number;
  readonly up: number;
  readonly nearest: Uint16Array;
}

interface Mark {
  readonly at: number;
  readonly knot: number;
}

/** Length along the curve against its parameter. */
function measure(points: readonly Point[]): Mark[] {
  const table: Mark[] = [{ at: 0, knot: 0 }];
  let at = 0;
  let [x, y] = spline(points, 0, 0);
  for (let i = 1; i <= points.length * FINE; i++) {
    const knot = i / FINE;
    const [nextX, nextY] = spline(points, knot, 0);
    at += Math.hypot(nextX - x, nextY - y);
    [x, y] = [nextX, nextY];
    table.push({ at, knot });
  }
  return table;
}

/** The closed uniform cubic B-spline, or a derivative of it by the parameter (one for each point). */
function spline(points: readonly Point[], knot: number, order: number): [number, number, number] {
  const span = Math.floor(knot);
  const t = knot - span;
  const u = 1 - t;
  const [a, b, c, d] =
    order === 0
      ? [u ** 3 / 6, (3 * t ** 3 - 6 * t * t + 4) / 6, (-3 * t ** 3 + 3 * t * t + 3 * t + 1) / 6, t ** 3 / 6]
      : order === 1
        ? [-u * u / 2, (9 * t * t - 12 * t) / 6, (-9 * t * t + 6 * t + 3) / 6, (t * t) / 2]
        : [u, 3 * t - 2, 1 - 3 * t, t];
  const count = points.length;
  const p = points[(span - 1 + count) % count]!;
  const q = points[span % count]!;
  const r = points[(span + 1) % count]!;
  const s = points[(span + 2) % count]!;
  const along = (axis: 0 | 1 | 2): number => a! * p[axis] + b! * q[axis] + c! * r[axis] + d! * s[axis];
  return [along(0), along(1), along(2)];
}

/** The turn from one heading to another, the short way. */
export function turn(from: number, to: number): number {
  return Math.atan2(Math.sin(to - from), Math.cos(to - from));
}
