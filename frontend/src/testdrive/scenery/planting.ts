/**
 * What grows and stands beside a road: places, sizes and turns by the seed of the route, never on the road itself. Pure:
 * the view makes instances of it.
 */

import { newAxisPoint } from "../routes/alignment";
import type { Route, Zone } from "../routes/route";
import { seeded } from "../seeded";
import type { Land } from "./land";
import { noise, roughNoise } from "./noise";

export type PlantKind = "oak" | "pine" | "birch" | "bush" | "gorse" | "stone";
export type HouseKind = "town" | "corner" | "cottage";

/** A thing at a place of the plane, m; `turn` in rad to the left from x. */
export interface Planted<Kind extends string> {
  readonly kind: Kind;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly turn: number;
  readonly size: number;
  /** 0 to 1, for its colour. */
  readonly tint: number;
}

export type Plant = Planted<PlantKind>;
export type House = Planted<HouseKind> & { readonly storeys: number };

const LEAST_HEIGHT = 1.2; // m above the sea that anything grows
const HOUSE = 12; // m of frontage
const DEPTH = 11;
export const PAVEMENT = 3.6; // m between a town's road and its houses
const CROSSING = 15; // m on both sides of a crossing that stay free
const ALLEY = 11; // m between trees along a pavement

interface Sowing {
  readonly kinds: readonly PlantKind[];
  /** m along the road for each row, and between the road's edge and the nearest and farthest. */
  readonly every: number;
  readonly near: number;
  readonly far: number;
  readonly each: number; // tries in a row
  readonly size: readonly [number, number];
}

const SOWINGS: Partial<Record<Zone["kind"], Sowing>> = {
  wood: { kinds: ["oak", "oak", "oak", "bush"], every: 9, near: 9, far: 210, each: 7, size: [0.75, 1.35] },
  pines: { kinds: ["pine", "pine", "pine", "bush"], every: 8, near: 5.5, far: 90, each: 3, size: [0.75, 1.3] },
  birches: { kinds: ["birch", "birch", "birch", "birch", "bush"], every: 7, near: 6, far: 120, each: 6, size: [0.8, 1.3] },
  gorse: { kinds: ["gorse", "bush", "gorse", "stone"], every: 4, near: 2.4, far: 22, each: 2, size: [0.5, 1.2] },
  park: { kinds: ["oak", "oak", "birch", "bush"], every: 8, near: 6, far: 110, each: 3, size: [0.8, 1.3] },
};

export class Planting {
  readonly plants: Plant[] = [];
  readonly houses: House[] = [];
  readonly #route: Route;
  readonly #land: Land;
  readonly #random: () => number;
  readonly #here = newAxisPoint();

  constructor(route: Route, land: Land) {
    this.#route = route;
    this.#land = land;
    this.#random = seeded(route.file.points_m.length * 7919);
    for (const zone of route.file.scenery.zones) this.#fill(zone);
  }

  #fill(zone: Zone): void {
    const sowing = SOWINGS[zone.kind];
    if (sowing) this.#sow(zone, sowing);
    if (zone.kind === "houses") this.#build(zone);
    if (zone.kind === "village") this.#settle(zone);
    if (zone.kind === "houses" || zone.kind === "water" || zone.kind === "square") this.#lineWithTrees(zone);
  }

  #sow(zone: Zone, { kinds, every, near, far, each, size }: Sowing): void {
    for (let station = zone.from_m; station < zone.to_m; station += every) {
      for (let i = 0; i < each; i++) {
        const [r, q, w] = [this.#random(), this.#random(), this.#random()];
        const out = this.#route.edge + near + (far - near) * r * r;
        const { x, y } = this.#place(station + every * q, zone.where === "out" ? out : -out);
        const clump = roughNoise(x / 75, (-this.#route.side * y) / 75, 31);
        if (clump < 1 - zone.share) continue;
        this.#plant(kinds[Math.floor(w * kinds.length)]!, x, y, size[0] + (size[1] - size[0]) * this.#random());
      }
    }
  }

  #plant(kind: PlantKind, x: number, y: number, size: number): void {
    const tint = this.#random();
    const turn = this.#random() * 2 * Math.PI;
    const { height, out } = this.#land.at(x, y);
    if (height < LEAST_HEIGHT || Math.abs(out) < this.#route.edge + 2) return;
    this.plants.push({ kind, x, y, z: height - 0.1, turn, size, tint });
  }

  /** Two rows of houses along a street, the second one higher and set back; crossings stay free. */
  #build(zone: Zone): void {
    const sign = zone.where === "out" ? 1 : -1;
    for (const [row, back] of [0, 24].entries()) {
      for (let station = zone.from_m + HOUSE / 2; station < zone.to_m; station += HOUSE) {
        const storeys = 4 + Math.floor(this.#random() * 2.4) + row;
        const tint = this.#random();
        if (this.#isCrossing(station) || this.#isOpen(station, zone.where)) continue;
        const out = this.#route.edge + PAVEMENT + DEPTH / 2 + back;
        const { x, y, heading } = this.#place(station, sign * out);
        if (this.#isNearRoad(x, y, out - 2)) continue;
        const kind = tint > 0.72 ? "corner" : "town";
        this.houses.push({ kind, x, y, z: this.#land.at(x, y).height - 0.2, turn: this.#face(heading, sign), size: 1, tint, storeys });
      }
    }
  }

  /** Cottages on a slope, looking to the road. */
  #settle(zone: Zone): void {
    for (let station = zone.from_m; station < zone.to_m; station += 17) {
      for (const back of [9, 33, 58]) {
        const [r, q, w] = [this.#random(), this.#random(), this.#random()];
        if (r > zone.share - back / 120) continue;
        const out = this.#route.edge + back + 7 * q;
        const { x, y, heading } = this.#place(station + 6 * w, zone.where === "out" ? out : -out);
        const { height } = this.#land.at(x, y);
        const turn = this.#face(heading, zone.where === "out" ? 1 : -1) + 0.5 * (w - 0.5);
        this.houses.push({ kind: "cottage", x, y, z: height - 0.3, turn, size: 0.85 + 0.4 * q, tint: r, storeys: 1 });
      }
    }
  }

  #lineWithTrees(zone: Zone): void {
    const sign = zone.where === "out" ? 1 : -1;
    for (let station = zone.from_m + 5; station < zone.to_m; station += ALLEY) {
      if (this.#isCrossing(station)) continue;
      const { x, y } = this.#place(station, sign * (this.#route.edge + 1.1));
      const size = 0.5 + 0.12 * noise(station / 9, 3, 7);
      const kept = this.#land.at(x, y).height;
      this.plants.push({ kind: "oak", x, y, z: kept + 0.3, turn: station, size, tint: this.#random() });
    }
  }

  /** Of the plane, at a station and so far out; in the mirror on the other side. */
  #place(station: number, out: number): { x: number; y: number; heading: number } {
    const { x, y, heading } = this.#route.axis.at(station, this.#here);
    const offset = this.#route.side * out;
    return { x: x - offset * Math.sin(heading), y: y + offset * Math.cos(heading), heading };
  }

  /** Turned so that the front looks at the road. */
  #face(heading: number, sign: number): number {
    return heading + (sign * this.#route.side > 0 ? -Math.PI / 2 : Math.PI / 2);
  }

  #isCrossing(station: number): boolean {
    return this.#route.file.lights.some(({ at_m }) => Math.abs(this.#route.axis.ahead(at_m, station)) < CROSSING);
  }

  /** Whether a square, a park or water lies there. */
  #isOpen(station: number, where: Zone["where"]): boolean {
    const open = ["square", "park", "water"];
    return this.#route.file.scenery.zones.some(
      (one) => open.includes(one.kind) && one.where === where && station > one.from_m && station < one.to_m,
    );
  }

  /** Whether a bend of the road comes nearer to a place than `least`. */
  #isNearRoad(x: number, y: number, least: number): boolean {
    return Math.abs(this.#land.at(x, y).out) < least;
  }
}
