/** The speed that a road allows at each station: its limit, its bends, and braking in time for both. */

import { newAxisPoint } from "../routes/alignment";
import type { Route } from "../routes/route";

export interface Comfort {
  /** m/s² across in bends. */
  readonly across: number;
  /** m/s² of braking for what is ahead. */
  readonly braking: number;
}

export class SpeedProfile {
  readonly #speeds: Float64Array;
  readonly #route: Route;

  /** For those who drive along (1) or come towards us (-1). */
  constructor(route: Route, comfort: Comfort, direction: 1 | -1 = 1) {
    const { axis } = route;
    const here = newAxisPoint();
    this.#route = route;
    this.#speeds = new Float64Array(axis.rows);
    const lane = route.lane(0, direction);
    for (let row = 0; row < axis.rows; row++) {
      const { curvature } = axis.at(row * axis.step, here);
      const bend = Math.abs(curvature / Math.max(0.3, 1 - curvature * lane));
      const speed = Math.sqrt(comfort.across / Math.max(bend, 1e-6));
      this.#speeds[row] = Math.min(route.limitSpeed(row * axis.step), speed);
    }
    this.#brakeInTime(comfort.braking, direction);
  }

  /** Twice round against the direction of travel, so that the end knows of the start. */
  #brakeInTime(braking: number, direction: 1 | -1): void {
    const { rows, step } = this.#route.axis;
    for (let i = 0; i < 2 * rows; i++) {
      const row = (((-direction * i) % rows) + rows) % rows;
      const next = (row + direction + rows) % rows;
      const most = Math.sqrt(this.#speeds[next]! ** 2 + 2 * braking * step);
      if (this.#speeds[row]! > most) this.#speeds[row] = most;
    }
  }

  /** m/s */
  at(station: number): number {
    const { axis } = this.#route;
    const row = Math.floor(axis.wrap(station) / axis.step) % axis.rows;
    return Math.min(this.#speeds[row]!, this.#speeds[(row + 1) % axis.rows]!);
  }
}
