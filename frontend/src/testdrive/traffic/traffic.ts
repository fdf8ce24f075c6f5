/**
 * The others on the road. Each keeps its lane, its distance and the limit, and halts at red; none leaves the stretch
 * around the visitor's car: who falls too far behind comes up again far ahead, behind the haze. Same seed, same traffic.
 */

import type { Route } from "../routes/route";
import { seeded } from "../seeded";
import { CALM, follow } from "./following";
import type { Lights } from "./lights";
import { SpeedProfile } from "./profile";

export interface Other {
  readonly lane: number;
  readonly direction: 1 | -1;
  /** Bumper to bumper, m. */
  readonly length: number;
  /** Times the limit that it likes to drive. */
  readonly zeal: number;
  /** 0 to 1, for its paint. */
  readonly tint: number;
  readonly isVan: boolean;
  station: number;
  /** m/s, in its own direction. */
  speed: number;
  /** m/s², for its brake lamps. */
  acceleration: number;
}

/** The visitor's car as the others see it. */
export interface Seen {
  station: number;
  offset: number;
  speed: number;
  readonly length: number;
}

/** Who is ahead in a lane: gap in m from bumper to bumper and speed in m/s. */
export interface Ahead {
  gap: number;
  speed: number;
}

const WINDOW = 1300; // m of road around the visitor that is peopled
const CLEAR = 45; // m around the start that nobody stands on
const LEAST_GAP = 12; // m that is needed to come up again
const VAN_EVERY = 6;

export class Traffic {
  readonly others: Other[] = [];
  readonly #route: Route;
  readonly #lights: Lights;
  readonly #profiles: Readonly<Record<1 | -1, SpeedProfile>>;
  readonly #window: number;
  readonly #ahead: Ahead = { gap: 0, speed: 0 };

  constructor(route: Route, lights: Lights, seed: number, start: number) {
    this.#route = route;
    this.#lights = lights;
    const comfort = { across: 2, braking: 1.5 };
    this.#profiles = { 1: new SpeedProfile(route, comfort), [-1]: new SpeedProfile(route, comfort, -1) };
    this.#window = Math.min(route.axis.length, WINDOW);
    const random = seeded(seed);
    const { along, oncoming } = route.file.traffic;
    along.forEach((count, lane) => this.#people(lane, 1, count, random, start));
    oncoming.forEach((count, lane) => this.#people(lane, -1, count, random, start));
  }

  #people(lane: number, direction: 1 | -1, count: number, random: () => number, start: number): void {
    const room = this.#window / count;
    for (let i = 0; i < count; i++) {
      const isVan = lane === 0 && (i + 3) % VAN_EVERY === 0;
      const away = (i + 0.25 + 0.5 * random()) * room - this.#window / 2;
      const clear = Math.abs(away) < CLEAR && direction === 1 ? CLEAR * Math.sign(away || 1) : away;
      const station = this.#route.axis.wrap(start + clear);
      const { length_m } = this.#route.file.traffic;
      this.others.push({
        lane,
        direction,
        station,
        length: isVan ? length_m + 1.6 : length_m,
        zeal: (isVan ? 0.82 : 0.9) + 0.12 * random() + 0.06 * lane,
        tint: random(),
        isVan,
        speed: 0.8 * this.#profiles[direction].at(station),
        acceleration: 0,
      });
    }
  }

  /** Move everybody by a step of some seconds. */
  step(seen: Seen, time: number, seconds: number): void {
    for (const other of this.others) {
      const wish = other.zeal * this.#profiles[other.direction].at(other.station);
      const { gap, speed } = this.ahead(other.station, other.direction, other.lane, other.length, seen, other);
      const halt = this.#lights.stopWithin(120, other.station + (other.direction * other.length) / 2, other.direction, other.speed, time);
      const byCar = follow(CALM, other.speed, wish, gap, speed);
      const byLight = halt < Infinity ? follow(CALM, other.speed, wish, halt + 1, 0) : byCar;
      other.acceleration = Math.min(byCar, byLight);
    }
    for (const other of this.others) {
      const before = other.speed;
      other.speed = Math.max(0, before + other.acceleration * seconds);
      other.station = this.#route.axis.wrap(other.station + (other.direction * seconds * (before + other.speed)) / 2);
      this.#comeUpAgain(other, seen);
    }
  }

  /** Who is ahead of a place in a lane; `self` is not. The answer is overwritten by the next question. */
  ahead(station: number, direction: 1 | -1, lane: number, length: number, seen: Seen | null, self: Other | null): Ahead {
    const found = this.#ahead;
    found.gap = Infinity;
    found.speed = Infinity;
    for (const other of this.others) {
      if (other === self || other.lane !== lane || other.direction !== direction) continue;
      const gap = direction * this.#route.axis.ahead(station, other.station) - (length + other.length) / 2;
      this.#take(gap, length, other.speed);
    }
    const { lane_m } = this.#route.file.section;
    if (seen && Math.abs(seen.offset - this.#route.lane(lane, direction)) < 0.75 * lane_m) {
      const gap = direction * this.#route.axis.ahead(station, seen.station) - (length + seen.length) / 2;
      this.#take(gap, length, direction * seen.speed);
    }
    return found;
  }

  #take(gap: number, length: number, speed: number): void {
    if (gap > -length && gap < this.#ahead.gap) {
      this.#ahead.gap = gap;
      this.#ahead.speed = speed;
    }
  }

  #comeUpAgain(other: Other, seen: Seen): void {
    const away = this.#route.axis.ahead(seen.station, other.station);
    if (Math.abs(away) <= this.#window / 2 || this.#window >= this.#route.axis.length - 1) return;
    const there = this.#route.axis.wrap(other.station - Math.sign(away) * this.#window);
    const isFree = this.others.every(
      (one) =>
        one === other ||
        one.lane !== other.lane ||
        one.direction !== other.direction ||
        Math.abs(this.#route.axis.ahead(there, one.station)) > other.length + LEAST_GAP,
    );
    if (!isFree) return;
    other.station = there;
    other.speed = Math.min(other.speed, this.#profiles[other.direction].at(there));
  }
}
