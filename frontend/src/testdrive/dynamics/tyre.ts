/**
 * The forces of a tyre: the brush model on normalised combined slip (Pacejka, Tire and Vehicle Dynamics, 3rd ed.,
 * ch. 3), with peak friction and cornering stiffness that depend on load, and friction that falls once it slides.
 */

import type { TyreFigures } from "./figures";

const FULL_SLIDING = 3; // normalised slip at which no brush adheres any more
const SLIDING_FADE = 12; // normalised slip over which friction falls to that of sliding

/** Forces in newtons in the wheel's frame: x ahead, y to the left. */
export interface TyreForce {
  x: number;
  y: number;
}

/** Peak friction over `nominal` at a load in newtons: heavier loaded tyres grip less for each newton. */
export function loadFactor(figures: TyreFigures, load: number): number {
  const factor = 1 - figures.load_sensitivity * (load / figures.nominal_load_n - 1);
  return Math.min(1.2, Math.max(0.5, factor));
}

/** Cornering stiffness in N/rad at a load in newtons (Pacejka's sine of the double arc). */
export function corneringStiffness(figures: TyreFigures, load: number): number {
  return figures.cornering_stiffness_n_rad * Math.sin(2 * Math.atan(load / figures.cornering_peak_load_n));
}

/** Share of the peak friction that is used at a normalised slip: slope 1 at 0, peak 1 at 3, then sliding. */
export function frictionUse(normalised: number, slidingShare: number): number {
  if (normalised < FULL_SLIDING) return normalised * (1 - normalised / 3 + (normalised * normalised) / 27);
  return slidingShare + (1 - slidingShare) * Math.exp(-(normalised - FULL_SLIDING) / SLIDING_FADE);
}

/**
 * Write the force at a load (N), a friction factor of the ground (1 dry), a longitudinal slip (positive when driving)
 * and a lateral slip (minus the tangent of the slip angle). They share an ellipse of half axes mu_x and mu_y times load.
 */
export function writeForce(
  figures: TyreFigures,
  load: number,
  ground: number,
  slipX: number,
  slipY: number,
  force: TyreForce,
): void {
  force.x = force.y = 0;
  if (load <= 0 || ground <= 0) return;
  const grip = ground * figures.grip_factor * loadFactor(figures, load) * load;
  const limitX = figures.mu_x * grip;
  const limitY = figures.mu_y * grip;
  const sx = (figures.slip_stiffness * load * slipX) / limitX;
  const sy = (corneringStiffness(figures, load) * slipY) / limitY;
  const normalised = Math.sqrt(sx * sx + sy * sy);
  if (normalised < 1e-12) return;
  const use = frictionUse(normalised, figures.sliding_share) / normalised;
  force.x = limitX * use * sx;
  force.y = limitY * use * sy;
}
