/**
 * The land around a road, by a formula: an island with cliffs, a town on a plain, rolling fields. Near the road it lies
 * below it, so that no triangle of it comes through. "Out" is the side on which one drives: the sea is there.
 */

import { newAxisPoint, type Place } from "../routes/alignment";
import type { Route, RouteFile } from "../routes/route";
import { noise, roughNoise, smoothstep } from "./noise";

export type LandKind = RouteFile["scenery"]["land"];

const BELOW = 0.7; // m that the land lies below the road beside it
const CLEAR = 9; // m beyond the road's edge that the verge covers
const SEA_BED = -7;
const HOLLOW = 24; // m under a viaduct
const TOWN = 0.35; // m below the pavements

/** How the land is at a point: metres, and how far outwards of the road's axis. */
export interface LandPoint {
  height: number;
  out: number;
  station: number;
}

export class Land {
  readonly #route: Route;
  readonly #place: Place = { station: 0, offset: 0 };
  readonly #here = newAxisPoint();
  readonly point: LandPoint = { height: 0, out: 0, station: 0 };

  constructor(route: Route) {
    this.#route = route;
  }

  /** The land at (x, y); the answer is overwritten by the next question. */
  at(x: number, y: number): LandPoint {
    const { axis, side } = this.#route;
    const { station, offset } = axis.locate(x, y, this.#place);
    const { z, bank } = axis.at(station, this.#here);
    const { point } = this;
    point.station = station;
    point.out = side * offset;
    const beside = z + bank * Math.max(-12, Math.min(12, offset)) - BELOW;
    const my = -side * y; // the same land in the mirror
    const { land } = this.#route.file.scenery;
    if (land === "island") point.height = this.#island(x, my, point.out, beside);
    else if (land === "town") point.height = this.#town(point.out, beside);
    else point.height = this.#fields(x, my, station, Math.abs(offset), beside);
    return point;
  }

  #island(x: number, y: number, out: number, beside: number): number {
    const edge = this.#route.edge + CLEAR - 3;
    if (out > 0) {
      const shore = edge + 10 + 34 * roughNoise(x / 60, y / 60, 3);
      const cliff = beside + 1.2 * (noise(x / 14, y / 14, 5) - 0.4) * smoothstep(edge, edge + 8, out);
      return cliff + (SEA_BED - cliff) * smoothstep(edge + 1, shore, out);
    }
    const inland = -out;
    const hill = 20 + 62 * roughNoise(x / 330, y / 330, 8) + 9 * noise(x / 70, y / 70, 2);
    const bumps = 3 * (noise(x / 28, y / 28, 4) - 0.35) * smoothstep(edge, edge + 14, inland);
    const slope = beside + bumps + 0.16 * Math.max(0, inland - edge);
    return slope + (hill - slope) * smoothstep(edge + 15, edge + 190, inland);
  }

  #town(out: number, beside: number): number {
    return beside + BELOW - TOWN - 3.4 * this.#waterAt(out);
  }

  /** 1 where a zone of water begins beyond the pavement. */
  #waterAt(out: number): number {
    const zone = this.#route.file.scenery.zones.find(
      (one) => one.kind === "water" && this.point.station > one.from_m && this.point.station < one.to_m,
    );
    if (!zone || (zone.where === "out") !== out > 0) return 0;
    const near = Math.min(this.point.station - zone.from_m, zone.to_m - this.point.station);
    return smoothstep(this.#route.edge + 4.5, this.#route.edge + 6, Math.abs(out)) * smoothstep(0, 8, near);
  }

  #fields(x: number, y: number, station: number, away: number, beside: number): number {
    const edge = this.#route.edge + CLEAR;
    const hills = 62 * smoothstep(90, 430, away) * roughNoise(x / 430, y / 430, 21);
    const roll = 16 * roughNoise(x / 300, y / 300, 11) + 4 * noise(x / 90, y / 90, 6) + hills;
    let height = beside + (roll - 2 - beside) * smoothstep(edge, edge + 110, away);
    for (const { at_m } of this.#route.file.scenery.viaducts) {
      const along = this.#route.axis.ahead(at_m, station);
      height -= HOLLOW * Math.exp(-((along / 95) ** 2)) * smoothstep(430, 150, away);
    }
    return height;
  }
}
