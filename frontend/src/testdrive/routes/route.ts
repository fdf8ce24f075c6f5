/**
 * A route: a road of the file `<name>.json` as a market drives it. On the left side of the road everything is the mirror
 * image, so that both sides have the same drive.
 */

import { clamp, type Ground, type GroundPoint, WET } from "../dynamics";
import { Alignment, newAxisPoint, type Place, type Point } from "./alignment";
import city from "./city.json";
import coast from "./coast.json";
import motorway from "./motorway.json";

export const ROUTES = ["coast", "city", "motorway"] as const;
export type RouteName = (typeof ROUTES)[number];
export type DrivingSide = "left" | "right";
export type Weather = "day" | "dusk" | "rain";
export const WEATHERS: readonly Weather[] = ["day", "dusk", "rain"];

/** Across the road, from its axis outwards, one half. Metres. */
export interface CrossSection {
  readonly lanes: number;
  readonly lane_m: number;
  /** Half of what parts both directions. */
  readonly median_m: number;
  readonly shoulder_m: number;
  /** Grass or kerb that one may roll on, up to the soft wall. */
  readonly verge_m: number;
}

export interface Limit {
  readonly at_m: number;
  readonly km_h: number;
  readonly mph: number;
}

export type ZoneKind = "wood" | "pines" | "birches" | "gorse" | "village" | "houses" | "water" | "square" | "park";

/** What stands beside a stretch of the road: `out` is the side on which one drives, `in` the other. */
export interface Zone {
  readonly from_m: number;
  readonly to_m: number;
  readonly where: "in" | "out";
  readonly kind: ZoneKind;
  /** How dense, 0 to 1. */
  readonly share: number;
}

export interface SceneryFile {
  readonly land: "island" | "town" | "fields";
  readonly viaducts: readonly { readonly at_m: number }[];
  readonly lighthouses: readonly { readonly at_m: number }[];
  readonly bridges: readonly { readonly at_m: number }[];
  readonly turbines: readonly { readonly at_m: number; readonly away_m: number }[];
  readonly zones: readonly Zone[];
}

export interface RouteFile {
  readonly name: string;
  readonly section: CrossSection;
  readonly design_km_h: number;
  readonly most_bank: number;
  readonly limits: readonly Limit[];
  readonly lights: readonly { readonly at_m: number; readonly phase_s: number }[];
  readonly sights: readonly { readonly at_m: number; readonly name: string }[];
  /** How many others drive in each lane, the outer one first. */
  readonly traffic: { readonly along: readonly number[]; readonly oncoming: readonly number[]; readonly length_m: number };
  readonly scenery: SceneryFile;
  readonly points_m: readonly (readonly number[])[];
}

const FILES = { coast, city, motorway } as Record<RouteName, RouteFile>; // JSON knows no literal types
const GRASS = 0.6;
const MPH = 0.44704; // m/s, by definition

export class Route {
  readonly file: RouteFile;
  readonly axis: Alignment;
  /** -1: one drives right of the axis; 1: left of it. */
  readonly side: -1 | 1;
  /** m from the axis to the edge of what is paved, and to the soft wall. */
  readonly paved: number;
  readonly edge: number;
  readonly name: RouteName;
  readonly #isMiles: boolean;

  constructor(name: RouteName, driving: DrivingSide, isMiles = false, file: RouteFile = FILES[name]) {
    const mirror = driving === "left" ? -1 : 1;
    const points = file.points_m.map(([x, y, z]): Point => [x!, mirror * y!, z!]);
    this.name = name;
    this.file = file;
    this.side = driving === "left" ? 1 : -1;
    this.axis = new Alignment(points, file.design_km_h / 3.6, file.most_bank);
    const { lanes, lane_m, median_m, shoulder_m, verge_m } = file.section;
    this.paved = median_m + lanes * lane_m + shoulder_m;
    this.edge = this.paved + verge_m;
    this.#isMiles = isMiles;
  }

  get lanes(): number {
    return this.file.section.lanes;
  }

  /** The offset of a lane's middle; lane 0 is the outer one. `direction` -1: of those that come towards us. */
  lane(number: number, direction: 1 | -1 = 1): number {
    const { lanes, lane_m, median_m } = this.file.section;
    return direction * this.side * (median_m + lane_m * (lanes - number - 0.5));
  }

  /** The limit that holds at a station. */
  limit(station: number): Limit {
    const { limits } = this.file;
    const at = this.axis.wrap(station);
    return limits.findLast((one) => one.at_m <= at) ?? limits[limits.length - 1]!;
  }

  /** The same in m/s, as the market's signs write it. */
  limitSpeed(station: number): number {
    const limit = this.limit(station);
    return this.#isMiles ? limit.mph * MPH : limit.km_h / 3.6;
  }

  /** The road as the tyres feel it. */
  ground(weather: Weather): Ground {
    const place: Place = { station: 0, offset: 0 };
    const here = newAxisPoint();
    const wet = weather === "rain" ? WET : 1;
    return {
      sample: (x: number, y: number, point: GroundPoint): void => {
        const { station, offset } = this.axis.locate(x, y, place);
        const { heading, z, bank, grade, curvature } = this.axis.at(station, here);
        const across = clamp(offset, -this.edge - 4, this.edge + 4);
        const along = grade / Math.max(0.2, 1 - curvature * across);
        const sine = 1 / Math.sqrt(1 + along * along + bank * bank);
        point.height = z + bank * across;
        point.slopeX = (along * Math.cos(heading) - bank * Math.sin(heading)) * sine;
        point.slopeY = (along * Math.sin(heading) + bank * Math.cos(heading)) * sine;
        point.friction = wet * (Math.abs(offset) > this.paved ? GRASS : 1);
      },
    };
  }
}
