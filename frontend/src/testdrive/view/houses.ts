/** Houses by code: walls and roofs in one shape, panes in another, some of them lit at dusk. */

import { Color, Vector3 } from "three";
import type { House } from "../scenery/planting";
import { seeded } from "../seeded";
import type { Light } from "./palette";
import { frameAt, Shape } from "./shape";

const WIDTH = 11.9; // m
const DEPTH = 11;
const STOREY = 3.2;
const GROUND_FLOOR = 4.1;
const WALLS = ["#d9cfbd", "#cfc3ac", "#e2dacb", "#c9bba6", "#d6c7b3", "#c4a78c"].map((hex) => new Color(hex));
const WASHED = ["#f0ece2", "#ebe4d6", "#e6dccb"].map((hex) => new Color(hex));
const ZINC = new Color("#7d858b");
const SLATE = new Color("#5a5f66");
const TILE = new Color("#a3664a");
const PANE_BY_DAY = new Color("#5f7480");
const PANE_UNLIT = new Color("#2a323d");
const LAMPLIT = ["#ffd79a", "#ffc878", "#ffe3b8", "#f7b35f"].map((hex) => new Color(hex));
const SHUTTER = ["#6f7f6c", "#5f7287", "#8a8f86"].map((hex) => new Color(hex));
const AWNING = ["#8c4038", "#4d5b44", "#39506b", "#a08a3c"].map((hex) => new Color(hex));

export class Builder {
  readonly walls = new Shape();
  readonly panes = new Shape();
  readonly #light: Light;
  readonly #random = seeded(321);

  constructor(light: Light) {
    this.#light = light;
  }

  build(house: House): void {
    const frame = frameAt(house.x, house.y, house.z, house.turn, house.size);
    this.walls.within(frame);
    this.panes.within(frame);
    if (house.kind === "cottage") this.#cottage(house);
    else this.#townHouse(house);
  }

  #townHouse({ storeys, tint }: House): void {
    const wall = WALLS[Math.floor(tint * WALLS.length)]!;
    const top = GROUND_FLOOR + STOREY * (storeys - 1);
    const foot = wall.clone().multiplyScalar(0.72);
    this.walls.box(0, top / 2, 0, WIDTH, top, DEPTH, foot, wall);
    this.walls.box(0, GROUND_FLOOR, DEPTH / 2 + 0.12, WIDTH, 0.28, 0.4, wall);
    this.walls.box(0, top - 0.1, DEPTH / 2 + 0.2, WIDTH, 0.35, 0.55, wall);
    this.#mansard(top, tint);
    const bays = tint > 0.5 ? 4 : 3;
    for (const face of [1, -1]) {
      for (let floor = 1; floor < storeys; floor++) this.#row(bays, GROUND_FLOOR + (floor - 1) * STOREY + 0.75, face, floor, tint);
    }
    this.#shop(tint);
  }

  /** The steep lower half of a roof, with dormers. */
  #mansard(top: number, tint: number): void {
    const [w, d, high, inset] = [WIDTH / 2, DEPTH / 2, 2.7, 1.1];
    const colour = tint > 0.6 ? SLATE : ZINC;
    const at = (x: number, y: number, z: number): Vector3 => new Vector3(x, y, z);
    const [y0, y1] = [top, top + high];
    this.walls.face([at(-w, y0, d), at(w, y0, d), at(w, y1, d - inset), at(-w, y1, d - inset)], colour);
    this.walls.face([at(w, y0, -d), at(-w, y0, -d), at(-w, y1, inset - d), at(w, y1, inset - d)], colour);
    this.walls.face([at(w, y0, d), at(w, y0, -d), at(w, y1, inset - d), at(w, y1, d - inset)], colour);
    this.walls.face([at(-w, y0, -d), at(-w, y0, d), at(-w, y1, d - inset), at(-w, y1, inset - d)], colour);
    this.walls.face([at(-w, y1, d - inset), at(w, y1, d - inset), at(w, y1 + 0.7, 0), at(-w, y1 + 0.7, 0)], colour);
    this.walls.face([at(w, y1, inset - d), at(-w, y1, inset - d), at(-w, y1 + 0.7, 0), at(w, y1 + 0.7, 0)], colour);
    this.walls.box(tint > 0.4 ? w - 1 : 1 - w, y1 + 0.9, 0, 0.8, 1.8, 2.4, WALLS[5]!);
    for (const x of [-3.3, 0, 3.3]) {
      this.walls.box(x, y0 + 1.15, d - 0.55, 1.3, 1.9, 1.2, colour);
      this.#pane(x, y0 + 1.15, d + 0.06, 0.85, 1.35, 1);
    }
  }

  #row(bays: number, y: number, face: number, floor: number, tint: number): void {
    const gap = WIDTH / bays;
    for (let bay = 0; bay < bays; bay++) {
      const x = (bay - (bays - 1) / 2) * gap;
      const z = face * (DEPTH / 2 + 0.04);
      this.#pane(x, y + 0.95, z, 1.15, 1.9, face);
      if (face < 0) continue;
      if (tint > 0.35 && tint < 0.7) {
        const shutter = SHUTTER[floor % SHUTTER.length]!;
        for (const side of [-1, 1]) this.walls.face(upright(x + side * 0.92, y + 0.95, z + 0.05, 0.55, 1.9), shutter);
      } else if (floor === 1 || floor === 4) this.walls.box(x, y + 0.1, z + 0.25, 1.7, 0.75, 0.08, SLATE);
    }
  }

  /** What the street sees of the ground floor: a shop window under an awning, or a door between two windows. */
  #shop(tint: number): void {
    const z = DEPTH / 2 + 0.05;
    const isShop = tint * 10 - Math.floor(tint * 10) > 0.4;
    if (!isShop) {
      this.walls.box(0, 1.35, z, 1.5, 2.7, 0.1, SHUTTER[Math.floor(tint * 3)]!);
      for (const x of [-3.6, 3.6]) this.#pane(x, 2, z, 1.4, 1.9, 1);
      return;
    }
    const awning = AWNING[Math.floor(tint * 40) % AWNING.length]!;
    for (const x of [-2.9, 2.9]) this.#pane(x, 1.55, z, 4.4, 2.4, 1, 0.85);
    this.walls.box(0, 3.15, z + 0.55, WIDTH - 1.2, 0.12, 1.2, awning);
    this.walls.box(0, 3.5, z + 0.03, WIDTH - 0.8, 0.55, 0.1, awning.clone().multiplyScalar(0.7));
  }

  #cottage({ tint }: House): void {
    const [w, d, eaves, ridge] = [5.2, 3.6, 3.3, 6.3];
    const wall = WASHED[Math.floor(tint * 97) % WASHED.length]!;
    const roof = tint > 0.45 ? SLATE : TILE;
    const at = (x: number, y: number, z: number): Vector3 => new Vector3(x, y, z);
    this.walls.box(0, eaves / 2 - 1.5, 0, 2 * w, eaves + 3, 2 * d, wall.clone().multiplyScalar(0.86), wall);
    for (const side of [1, -1]) {
      const gable = [at(side * w, eaves, side * d), at(side * w, eaves, -side * d), at(side * w, ridge, 0)];
      this.walls.face(gable, wall);
      const [x, z] = [side * (w + 0.35), side * (d + 0.4)];
      this.walls.face([at(-x, eaves - 0.3, z), at(x, eaves - 0.3, z), at(x, ridge + 0.06, 0), at(-x, ridge + 0.06, 0)], roof);
    }
    this.walls.box(w - 1.1, ridge - 0.1, 0, 0.9, 2, 0.9, wall);
    this.walls.box(0.4, 1.05, d + 0.04, 1, 2.1, 0.08, SHUTTER[Math.floor(tint * 31) % SHUTTER.length]!);
    for (const x of [-3.4, -1.5, 3]) this.#pane(x, 1.7, d + 0.05, 1, 1.2, 1);
    for (const x of [-3, 0, 3]) this.#pane(x, 1.7, -d - 0.05, 1, 1.2, -1);
  }

  #pane(x: number, y: number, z: number, width: number, height: number, face: number, chance = 0.46): void {
    const isLit = this.#random() < chance * this.#light.lamps ** 2;
    const glass = this.#light.lamps > 0.9 ? PANE_UNLIT : PANE_BY_DAY;
    const colour = isLit ? LAMPLIT[Math.floor(this.#random() * LAMPLIT.length)]! : glass;
    const [w, h] = [width / 2, height / 2];
    const at = (sx: number, sy: number): Vector3 => new Vector3(x + face * sx * w, y + sy * h, z + 0.02 * face);
    this.panes.face([at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)], colour.clone().multiplyScalar(isLit ? 0.7 : 0.75), colour.clone().multiplyScalar(isLit ? 0.86 : 1));
  }
}

/** The corners of an upright face that looks ahead. */
function upright(x: number, y: number, z: number, width: number, height: number): Vector3[] {
  const [w, h] = [width / 2, height / 2];
  return [new Vector3(x - w, y - h, z), new Vector3(x + w, y - h, z), new Vector3(x + w, y + h, z), new Vector3(x - w, y + h, z)];
}
