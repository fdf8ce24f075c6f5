/** How many steps a frame has: the page's time in, whole steps out. A tab that slept does not catch up. */

import { STEP } from "./simulate";

const MOST = 0.25; // s that one frame may make up for

export class StepClock {
  #rest = 0;

  /** Steps to do after some seconds; what is less than a step stays for the next frame. */
  steps(seconds: number): number {
    if (!(seconds > 0)) return 0;
    this.#rest += Math.min(seconds, MOST);
    const whole = Math.floor(this.#rest / STEP + 1e-9);
    this.#rest = Math.max(0, this.#rest - whole * STEP);
    return whole;
  }

  /** How far the time is past the last step, 0 to 1: for drawing between two steps. */
  get fraction(): number {
    return this.#rest / STEP;
  }
}
