/** Traffic lights of a route: green, amber, red by the clock of the drive alone. */

import type { Route } from "../routes/route";

export type Aspect = "green" | "amber" | "red";

const GREEN = 20; // s
const AMBER = 3;
const RED = 12;
const CYCLE = GREEN + AMBER + RED;
export const STOP_LINE = 9; // m before the middle of the crossing

export class Lights {
  readonly #route: Route;

  constructor(route: Route) {
    this.#route = route;
  }

  get count(): number {
    return this.#route.file.lights.length;
  }

  aspect(light: number, time: number): Aspect {
    const at = (time + this.#route.file.lights[light]!.phase_s) % CYCLE;
    return at < GREEN ? "green" : at < GREEN + AMBER ? "amber" : "red";
  }

  /**
   * m to the next stop line at which to halt; Infinity with a free road. Amber counts as red for whoever can still stop
   * at `braking` m/s².
   */
  stopWithin(reach: number, station: number, direction: 1 | -1, speed: number, time: number, braking = 2.5): number {
    let nearest = Infinity;
    this.#route.file.lights.forEach(({ at_m }, light) => {
      const line = at_m - direction * STOP_LINE;
      const ahead = direction * this.#route.axis.ahead(station, line);
      if (ahead < -0.5 || ahead > Math.min(reach, nearest)) return;
      const aspect = this.aspect(light, time);
      const canStop = speed * speed < 2 * braking * Math.max(0, ahead);
      if (aspect === "red" ? canStop || ahead > 2 : aspect === "amber" && canStop) nearest = ahead;
    });
    return nearest;
  }

  /** Which light's red one passed between two stations, or -1. */
  passedRed(before: number, after: number, time: number): number {
    return this.#route.file.lights.findIndex(({ at_m }, light) => {
      const line = at_m - STOP_LINE;
      const crossed = this.#route.axis.ahead(before, line) > 0 && this.#route.axis.ahead(after, line) <= 0;
      return crossed && Math.abs(this.#route.axis.ahead(before, line)) < 50 && this.aspect(light, time) === "red";
    });
  }
}
