/**
 * How a driver keeps a speed and a distance: the intelligent-driver model (Treiber, Hennecke, Helbing, "Congested
 * traffic states in empirical observations and microscopic simulations", Phys. Rev. E 62, 2000, eq. 2 to 4).
 */

export interface Temper {
  /** m/s² */
  readonly acceleration: number;
  /** Comfortable braking, m/s². */
  readonly braking: number;
  /** s to the one ahead. */
  readonly headway: number;
  /** m to the one ahead, standing. */
  readonly distance: number;
}

export const CALM: Temper = { acceleration: 1.4, braking: 1.8, headway: 1.5, distance: 2.5 };
const EXPONENT = 4;
const HARDEST = 8; // m/s²: no tyre brakes harder

/** Acceleration in m/s² at a speed, with a wish, a gap in m (bumper to bumper) and the speed of whoever is ahead. */
export function follow(temper: Temper, speed: number, wish: number, gap: number, ahead: number): number {
  const { acceleration, braking, headway, distance } = temper;
  const closing = (speed * (speed - ahead)) / (2 * Math.sqrt(acceleration * braking));
  const wanted = distance + Math.max(0, speed * headway + closing);
  const free = wish > 0 ? (speed / wish) ** EXPONENT : 1 + speed;
  const felt = acceleration * (1 - free - (wanted / Math.max(gap, 0.1)) ** 2);
  return Math.max(-HARDEST, felt);
}
