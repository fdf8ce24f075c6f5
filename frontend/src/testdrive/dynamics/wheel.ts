/**
 * One wheel: it spins, it steers, and its tyre bends before it slides. The bending (relaxation length: Pacejka, ch. 7)
 * is what holds the car at standstill, where slip over speed would be 0 / 0.
 */

import type { TyreFigures } from "./figures";
import { type TyreForce, writeForce } from "./tyre";

const DAMPED_BELOW = 3; // m/s: above it rolling damps the tyre by itself

export class Wheel {
  /** From the centre of mass, m: ahead and to the left. */
  readonly x: number;
  readonly y: number;
  /** rad, to the left. */
  angle = 0;
  /** rad/s. */
  spin = 0;
  load = 0;
  friction = 1;
  /** kg m², with what the powertrain adds. */
  inertia: number;
  driveTorque = 0;
  brakeTorque = 0;
  /** Longitudinal slip of the bent tyre, positive when driving; and minus the tangent of the slip angle. */
  slipX = 0;
  slipY = 0;
  /** Speed of the contact along the wheel, m/s, and how fast it slides there. */
  along = 0;
  slide = 0;
  readonly force: TyreForce = { x: 0, y: 0 };
  /** Energy turned into heat, J. */
  rollingHeat = 0;
  brakeHeat = 0;
  tyreHeat = 0;
  #bentX = 0;
  #bentY = 0;
  readonly #tyre: TyreFigures;
  readonly #rolling: number;

  constructor(tyre: TyreFigures, rolling: number, inertia: number, x: number, y: number) {
    this.#tyre = tyre;
    this.#rolling = rolling * tyre.rolling_factor;
    this.inertia = inertia;
    this.x = x;
    this.y = y;
  }

  /** Let it roll freely at a spin in rad/s, its tyre straight. */
  place(spin: number): void {
    this.spin = spin;
    this.slipX = this.slipY = this.slide = this.#bentX = this.#bentY = this.force.x = this.force.y = 0;
    this.along = spin * this.#tyre.rolling_radius_m;
  }

  /** Bend the tyre for a velocity of the hub in the wheel's frame, and write the force. */
  bend(along: number, across: number, seconds: number): void {
    const { rolling_radius_m, relaxation_x_m, relaxation_y_m, damping_s } = this.#tyre;
    const rim = this.spin * rolling_radius_m;
    const slide = rim - along;
    // The faster of rolling and travelling carries the bent part out of the contact, so that slip stays bounded.
    const transport = Math.max(Math.abs(along), Math.abs(rim), Math.abs(across));
    this.#bentX = (this.#bentX + seconds * slide) / (1 + (seconds * transport) / relaxation_x_m);
    this.#bentY = (this.#bentY - seconds * across) / (1 + (seconds * transport) / relaxation_y_m);
    const damping = damping_s * Math.max(0, 1 - transport / DAMPED_BELOW);
    this.slipX = this.#bentX / relaxation_x_m;
    this.slipY = this.#bentY / relaxation_y_m;
    this.along = along;
    this.slide = slide;
    const x = this.slipX + (damping * slide) / relaxation_x_m;
    const y = this.slipY - (damping * across) / relaxation_y_m;
    writeForce(this.#tyre, this.load, this.friction, x, y, this.force);
  }

  /** Turn the wheel by its torques; answers the mean spin. Brake and rolling resistance only slow it, then hold it. */
  turn(seconds: number): number {
    const before = this.spin;
    const free = before + (seconds / this.inertia) * (this.driveTorque - this.force.x * this.#tyre.rolling_radius_m);
    const rolling = this.rollingTorque();
    const held = ((rolling + this.brakeTorque) * seconds) / this.inertia;
    this.spin = Math.abs(free) <= held ? 0 : free - Math.sign(free) * held;
    const mean = (before + this.spin) / 2;
    const heat = (free - this.spin) * this.inertia * mean;
    this.tyreHeat += this.force.x * this.#tyre.rolling_radius_m * mean * seconds;
    const share = rolling + this.brakeTorque > 0 ? rolling / (rolling + this.brakeTorque) : 0;
    this.rollingHeat += heat * share;
    this.brakeHeat += heat * (1 - share);
    return mean;
  }

  /** Rolling resistance as a torque at the hub, N m; it grows with the square of speed. */
  rollingTorque(): number {
    const { rolling_growth_m_s, rolling_radius_m } = this.#tyre;
    const growth = 1 + (this.along / rolling_growth_m_s) ** 2;
    return this.#rolling * growth * this.load * rolling_radius_m;
  }
}
