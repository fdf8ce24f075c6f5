/**
 * What people put along a road, as one shape of one draw call: parapets, guard rails, posts, lamps, gantries, bridges, a
 * lighthouse. What shines by itself goes into a second one.
 */

import { Color, Vector3 } from "three";
import type { Route, Zone } from "../routes/route";
import type { Land } from "../scenery/land";
import { STOP_LINE } from "../traffic/lights";
import { LAND, type Light } from "./palette";
import { type Corner, frameAt, onRoad, roadFrame, Shape } from "./shape";

const STEEL = new Color("#9aa0a3");
const WHITE = new Color("#efece3");
const INK = new Color("#2a2c28");
const CONCRETE = new Color("#b9b5aa");
const BLUE = new Color("#2b5c8a");
const SIGNAL_RED = new Color("#b8352c");
const LAMP = new Color("#ffdf9e");
const POST_EVERY = 25; // m
const LAMP_EVERY = 28;
const BRIDGE_CLEARANCE = 5.6;

export class Furniture {
  readonly solid = new Shape();
  readonly shining = new Shape();
  /** Where lamps are. */
  readonly lamps: Vector3[] = [];
  readonly #route: Route;
  readonly #land: Land;
  readonly #light: Light;

  constructor(route: Route, land: Land, light: Light) {
    this.#route = route;
    this.#land = land;
    this.#light = light;
    const { scenery, section } = route.file;
    if (scenery.land === "island") this.#guardCoast();
    if (scenery.land === "town") this.#furnishTown();
    if (section.median_m > 0) this.#guardMotorway();
    for (const { at_m } of scenery.lighthouses) this.#lighthouse(at_m);
    for (const { at_m } of scenery.bridges) this.#bridge(at_m);
    for (const { at_m } of scenery.viaducts) this.#viaduct(at_m);
    for (const { at_m, away_m } of scenery.turbines) this.#tower(at_m, away_m);
    if (section.lanes > 1) for (const { at_m } of route.file.limits) this.#gantry(at_m);
  }

  /** A parapet of stone towards the sea, posts towards the land. */
  #guardCoast(): void {
    const { edge, side, axis } = this.#route;
    const stone = LAND.stone;
    const dark = stone.clone().multiplyScalar(0.72);
    const wall: Corner[] = (
      [
        [edge + 0.05, -0.4, dark],
        [edge + 0.07, 0.55, stone],
        [edge + 0.42, 0.58, stone],
        [edge + 0.5, -2.2, dark],
      ] as const
    ).map(([out, height, colour]) => ({ offset: side * out, height, colour }));
    const profile = side > 0 ? wall : wall.reverse();
    this.solid.sweep(this.#route, { from: 0, to: axis.length, every: 4 }, profile);
    this.#posts(-side * (edge + 0.2));
  }

  #posts(offset: number): void {
    for (let station = 0; station < this.#route.axis.length; station += POST_EVERY) {
      this.solid.within(roadFrame(this.#route, station, offset));
      this.solid.box(0, 0.45, 0, 0.11, 1, 0.09, WHITE).box(0, 0.83, 0, 0.115, 0.16, 0.095, INK);
      this.shining.within(roadFrame(this.#route, station, offset));
      this.shining.box(0, 0.83, -0.05, 0.05, 0.1, 0.02, this.#light.lamps > 0.5 ? LAMP : WHITE);
    }
    this.#nowhere();
  }

  #guardMotorway(): void {
    const { edge, axis } = this.#route;
    const { median_m } = this.#route.file.section;
    const whole = { from: 0, to: axis.length, every: 10 };
    for (const side of [-1, 1]) {
      const rail = [0.46, 0.56, 0.66, 0.78].map((height, i) => ({ offset: side * (edge + 0.05 * (i % 2)), height, colour: STEEL }));
      this.solid.sweep(this.#route, whole, side > 0 ? rail : rail.reverse());
      for (let station = 2; station < axis.length; station += 20) {
        this.solid.within(roadFrame(this.#route, station, side * (edge + 0.14))).box(0, 0.3, 0, 0.09, 0.9, 0.12, STEEL);
      }
      this.#nowhere();
    }
    const step = [
      [-0.38, 0],
      [-0.22, 0.25],
      [-0.1, 0.92],
      [0.1, 0.92],
      [0.22, 0.25],
      [0.38, 0],
    ] as const;
    this.solid.sweep(this.#route, whole, step.map(([offset, height]) => ({ offset: offset * Math.min(1, median_m), height, colour: CONCRETE })));
  }

  /** Lamps, zebra crossings with their stop lines, side streets. */
  #furnishTown(): void {
    const { axis, edge } = this.#route;
    for (let station = 12; station < axis.length; station += LAMP_EVERY) {
      const side = Math.round(station / LAMP_EVERY) % 2 ? 1 : -1;
      this.#lamp(roadFrame(this.#route, station, side * (edge + 0.55)), side);
    }
    this.#nowhere();
    for (const { at_m } of this.#route.file.lights) this.#crossing(at_m);
    for (const zone of this.#route.file.scenery.zones) if (zone.kind === "square") this.#square(zone);
  }

  #lamp(frame: ReturnType<typeof roadFrame>, side: number): void {
    const at = (x: number, y: number): Vector3 => new Vector3(-side * x, y, 0);
    this.solid.within(frame).rod(at(0, 0), at(0, 6.4), 0.09, 0.06, 6, INK).rod(at(0, 6.4), at(1.5, 6.7), 0.05, 0.04, 5, INK);
    this.solid.box(-side * 1.5, 6.68, 0, 0.7, 0.1, 0.26, INK);
    this.lamps.push(at(1.5, 6.55).applyMatrix4(frame));
    this.shining.within(frame).box(-side * 1.5, 6.61, 0, 0.56, 0.05, 0.2, this.#light.lamps > 0.5 ? LAMP : WHITE);
  }

  #crossing(station: number): void {
    const { paved, edge } = this.#route;
    const white = WHITE.clone().multiplyScalar(0.92);
    for (const end of [-1, 1]) {
      for (let offset = -paved + 0.5; offset < paved - 0.3; offset += 1) {
        this.solid.sweep(this.#route, { from: station + end * 6.8 - 1.4, to: station + end * 6.8 + 1.4, every: 2.8 }, [
          { offset, height: 0.025, colour: white },
          { offset: offset + 0.5, height: 0.025, colour: white },
        ]);
      }
      const own = end * this.#route.side > 0 ? [-paved, 0] : [0, paved];
      const line = station + end * STOP_LINE;
      this.solid.sweep(this.#route, { from: line - 0.2, to: line + 0.2, every: 0.4 }, [
        { offset: own[0]!, height: 0.025, colour: white },
        { offset: own[1]!, height: 0.025, colour: white },
      ]);
    }
    const frame = roadFrame(this.#route, station, 0);
    this.solid.within(frame);
    for (const side of [-1, 1]) {
      this.solid.box(side * (edge + 62), 0.06, 0, 124 - edge * 0.2, 0.24, 8.4, LAND.asphalt);
      for (const end of [-1, 1]) {
        const x = side * (edge + 0.7);
        this.solid.rod(new Vector3(x, 0, end * (STOP_LINE - 1.2)), new Vector3(x, 3.1, end * (STOP_LINE - 1.2)), 0.07, 0.06, 6, INK);
        this.solid.box(x, 2.75, end * (STOP_LINE - 1.2), 0.34, 1, 0.28, INK);
      }
    }
    this.#nowhere();
  }

  /** An obelisk on steps in the middle of a square, benches around it. */
  #square({ from_m, to_m, where }: Zone): void {
    const out = (where === "out" ? 1 : -1) * (this.#route.edge + 24);
    this.solid.within(roadFrame(this.#route, (from_m + to_m) / 2, this.#route.side * out));
    const stone = LAND.stone;
    const dark = stone.clone().multiplyScalar(0.82);
    for (const [step, size] of [9, 7.4, 5.8].entries()) this.solid.box(0, 0.1 + 0.28 * step, 0, size, 0.28, size, dark, stone);
    this.solid.box(0, 1.7, 0, 2.6, 2, 2.6, dark, stone);
    this.solid.rod(new Vector3(0, 2.7, 0), new Vector3(0, 17.5, 0), 1, 0.62, 4, dark, stone).rod(new Vector3(0, 17.5, 0), new Vector3(0, 18.8, 0), 0.62, 0.02, 4, stone);
    for (let bench = 0; bench < 8; bench++) {
      const angle = (bench * Math.PI) / 4;
      this.solid.box(11 * Math.cos(angle), 0.45, 11 * Math.sin(angle), 1.7, 0.1, 1.7, LAND.bark);
    }
    this.#nowhere();
  }

  #lighthouse(station: number): void {
    const { side, edge } = this.#route;
    const foot = onRoad(this.#route, station, side * (edge + 17), 0);
    const ground = Math.max(1, this.#land.at(foot.x, -foot.z).height);
    this.solid.within(frameAt(foot.x, -foot.z, ground - 2, 0));
    const at = (y: number): Vector3 => new Vector3(0, y, 0);
    this.solid.rod(at(-6), at(2.4), 6.5, 4.8, 9, LAND.rock.clone().multiplyScalar(0.8), LAND.rock);
    const bands = [WHITE, WHITE, SIGNAL_RED, WHITE, SIGNAL_RED];
    bands.forEach((colour, i) => {
      this.solid.rod(at(2.4 + 4 * i), at(6.4 + 4 * i), 2.35 - 0.2 * i, 2.15 - 0.2 * i, 14, colour);
    });
    this.solid.rod(at(22.3), at(22.6), 2.1, 2.1, 14, INK).rod(at(25), at(26.9), 1.45, 0.1, 12, SIGNAL_RED);
    this.solid.box(6.5, 3.8, 0, 6, 3.2, 4.6, WHITE).box(6.5, 5.8, 0, 6.6, 0.9, 5.2, SIGNAL_RED);
    this.lamps.push(new Vector3(foot.x, ground + 21.8, foot.z));
    this.shining.within(frameAt(foot.x, -foot.z, ground - 2, 0)).rod(at(22.7), at(25), 1.1, 1.1, 10, LAMP);
    this.#nowhere();
  }

  #bridge(station: number): void {
    const width = 2 * this.#route.edge + 34;
    this.solid.within(roadFrame(this.#route, station, 0));
    this.solid.box(0, BRIDGE_CLEARANCE + 0.5, 0, width, 1, 9, CONCRETE.clone().multiplyScalar(0.78), CONCRETE);
    for (const z of [-4.4, 4.4]) this.solid.box(0, BRIDGE_CLEARANCE + 1.5, z, width, 1.1, 0.18, CONCRETE);
    for (const x of [-this.#route.edge - 2.2, 0, this.#route.edge + 2.2]) {
      for (const z of [-2.6, 2.6]) this.solid.box(x, BRIDGE_CLEARANCE / 2 - 0.4, z, 0.8, BRIDGE_CLEARANCE + 0.8, 0.8, CONCRETE);
    }
    for (const side of [-1, 1]) {
      const x = side * (width / 2 - 5);
      this.#ramp(x, side);
    }
    this.#nowhere();
  }

  /** Earth that leads up to a bridge. */
  #ramp(x: number, side: number): void {
    const at = (along: number, y: number, z: number): Vector3 => new Vector3(x + side * along, y, z);
    const [top, foot] = [BRIDGE_CLEARANCE + 1, -4];
    const end = 95;
    const flip = (corners: Vector3[]): Vector3[] => (side > 0 ? corners : corners.reverse());
    for (const z of [1, -1]) {
      const slope = [at(-4, top, 4.5 * z), at(end, 0, 4.5 * z), at(end, foot, 14 * z), at(-14, foot, 17 * z)];
      this.solid.face(z > 0 ? flip(slope.reverse()) : flip(slope), LAND.moss, LAND.meadow);
    }
    this.solid.face(flip([at(-4, top, 4.5), at(end, 0, 4.5), at(end, 0, -4.5), at(-4, top, -4.5)]), LAND.asphalt);
    this.solid.face(flip([at(-14, foot, 17), at(-4, top, 4.5), at(-4, top, -4.5), at(-14, foot, -17)]), LAND.moss, LAND.meadow);
  }

  #viaduct(station: number): void {
    const { edge } = this.#route;
    const deck = (out: number, height: number): Corner => ({ offset: out, height, colour: CONCRETE });
    const stretch = { from: station - 190, to: station + 190, every: 5 };
    for (const side of [-1, 1]) {
      const beam = [deck(side * (edge + 0.4), -2.2), deck(side * (edge + 0.45), 1.05), deck(side * (edge + 0.2), 1.05), deck(side * (edge + 0.18), 0)];
      this.solid.sweep(this.#route, stretch, side > 0 ? beam.reverse() : beam);
    }
    for (let along = -160; along <= 160; along += 40) {
      for (const x of [-6.5, 6.5]) {
        this.solid.within(roadFrame(this.#route, station + along, x, -17));
        this.solid.box(0, 0, 0, 2.4, 31, 1.6, CONCRETE.clone().multiplyScalar(0.8), CONCRETE);
      }
    }
    this.#nowhere();
  }

  #tower(station: number, away: number): void {
    const place = onRoad(this.#route, station, this.#route.side * away, 0);
    const { height } = this.#land.at(place.x, -place.z);
    this.solid.within(frameAt(place.x, -place.z, height, 0));
    this.solid.rod(new Vector3(0, -2, 0), new Vector3(0, 62, 0), 1.9, 1.1, 10, WHITE.clone().multiplyScalar(0.9), WHITE);
    this.solid.box(0, 62.6, 0, 2, 2, 4.6, WHITE);
    this.#nowhere();
  }

  #gantry(station: number): void {
    const { edge, paved, side } = this.#route;
    const { median_m } = this.#route.file.section;
    this.solid.within(roadFrame(this.#route, station, 0));
    const [inner, outer] = [side * median_m * 0.6, side * (edge + 0.6)];
    for (const x of [inner, outer]) this.solid.box(x, 3.4, 0, 0.3, 7.2, 0.3, STEEL);
    const [middle, width] = [(inner + outer) / 2, Math.abs(outer - inner)];
    for (const y of [6.1, 6.9]) this.solid.box(middle, y, 0, width, 0.16, 0.16, STEEL);
    this.solid.box((side * (paved + median_m)) / 2, 6.4, -0.2, 4.6, 2.3, 0.12, BLUE);
    this.solid.box((side * (paved + median_m)) / 2, 6.4, -0.265, 4.35, 2.05, 0.02, WHITE).box((side * (paved + median_m)) / 2, 6.4, -0.28, 4.27, 1.97, 0.02, BLUE);
    this.#nowhere();
  }

  #nowhere(): void {
    this.solid.within(onlyOrigin);
    this.shining.within(onlyOrigin);
  }
}

const onlyOrigin = frameAt(0, 0, 0, -Math.PI / 2);
