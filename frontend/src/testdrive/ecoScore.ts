/**
 * The eco score, 0 to 100: half of it what was used against what is declared, three tenths how gently one accelerated,
 * braked and turned, two tenths how well one kept to the limits. Our own measure; the weights are a choice.
 */

import { clamp } from "./dynamics";

const BEST = 0.85; // of the declared consumption: full marks
const WORST = 2.2; // none
const CALM = 1.6; // m/s² that nobody in the car notices
const ROUGH = 4.5; // m/s² that throws bags about
const TRUST = 400; // m before consumption counts fully: the first metres always cost
const TOLERANCE = 1.05; // of the limit

export class EcoScore {
  #rough = 0;
  #fast = 0;
  #seconds = 0;

  /** A step of some seconds: what passengers feel, m/s²; speed and limit in m/s. */
  note(felt: number, speed: number, limit: number, seconds: number): void {
    if (speed < 0.5) return; // who stands neither gains nor loses
    this.#seconds += seconds;
    this.#rough += seconds * clamp((felt - CALM) / (ROUGH - CALM), 0, 1);
    if (speed > TOLERANCE * limit) this.#fast += seconds * clamp((speed / limit - 1) * 5, 0.3, 1);
  }

  /** With the mean consumption (not a number: unknown) against the declared one over a distance in m. */
  value(mean: number, usual: number, distance: number): number {
    const trust = Number.isFinite(mean) ? clamp(distance / TRUST, 0, 1) : 0;
    const thrift = 1 - trust + trust * clamp((WORST - mean / usual || 0) / (WORST - BEST), 0, 1);
    const share = (sum: number, weight: number): number => (this.#seconds > 0 ? clamp(1 - (weight * sum) / this.#seconds, 0, 1) : 1);
    return Math.round(100 * (0.5 * thrift + 0.3 * share(this.#rough, 6) + 0.2 * share(this.#fast, 2.5)));
  }
}
