/**
 * Brakes: the pedal asks for a force; regeneration gives what it can, friction the rest, shared by the wheels' loads.
 * Each wheel is let go while it slips too far (anti-lock), and the driving torque while driven wheels spin (traction).
 */

import type { VehicleFigures } from "./figures";
import { clamp, GRAVITY } from "./powertrain";
import type { Wheel } from "./wheel";

const SLIP_LIMIT = 0.12; // just below the peak of the dry tyre
const SLIDE_LIMIT = 0.4; // m/s: at walking pace slip says nothing; a wheel slower than that may lock
const GAIN = 15; // 1/s of the torque for each whole limit that slip is away from it
const RELEASE = 30; // most of the torque that is let go, and given back, a second
const APPLY = 8;
const LEAST = 0.02;
const AT_WORK = 0.95; // less of a torque than this is left: a lamp lights

export class Brakes {
  /** 1: the wheel gets what was asked; less: anti-lock holds back. */
  readonly kept: [number, number, number, number] = [1, 1, 1, 1];
  /** As above, for the driving torque. */
  traction = 1;
  readonly #vehicle: VehicleFigures;
  readonly #asked: [number, number, number, number] = [0, 0, 0, 0];

  constructor(vehicle: VehicleFigures) {
    this.#vehicle = vehicle;
  }

  /** The share that the wheel with the least hold gets. */
  get least(): number {
    const [a, b, c, d] = this.kept;
    return Math.min(a, b, c, d);
  }

  get isAntiLock(): boolean {
    return this.least < AT_WORK;
  }

  get isTraction(): boolean {
    return this.traction < AT_WORK;
  }

  /** Braking torque that a pedal (0 to 1) asks of the whole car, N m at the wheels. */
  wanted(pedal: number, mass: number): number {
    return pedal * this.#vehicle.body.brake_limit_g * GRAVITY * mass * this.#vehicle.tyre.rolling_radius_m;
  }

  /** Of a wanted torque, how much the powertrain may slow by: nothing while anti-lock works. */
  blend(wanted: number, regeneration: number): number {
    return this.isAntiLock ? 0 : Math.min(wanted, regeneration);
  }

  /** Share a torque of friction among the wheels by their loads. */
  share(torque: number, wheels: readonly Wheel[]): void {
    const load = wheels.reduce((sum, wheel) => sum + wheel.load, 0);
    wheels.forEach((wheel, i) => (this.#asked[i] = load > 0 ? (torque * wheel.load) / load : torque / 4));
  }

  /** Watch the slips for a part of a step, and set the torques of the brakes. */
  regulate(wheels: readonly Wheel[], driven: readonly Wheel[], seconds: number): void {
    for (let i = 0; i < wheels.length; i++) {
      const wheel = wheels[i]!;
      this.kept[i] = hold(this.kept[i]!, -wheel.slide * Math.sign(wheel.along), wheel.along, seconds);
      wheel.brakeTorque = this.#asked[i]! * this.kept[i]!;
    }
    const radius = this.#vehicle.tyre.rolling_radius_m;
    let spin = 0;
    for (const wheel of driven) spin = Math.max(spin, Math.abs(wheel.spin * radius) - Math.abs(wheel.along));
    this.traction = hold(this.traction, spin, driven[0]!.along, seconds);
  }
}

/** The share of a torque that keeps a sliding speed at its limit. */
function hold(kept: number, slide: number, along: number, seconds: number): number {
  const limit = Math.max(SLIDE_LIMIT, SLIP_LIMIT * Math.abs(along));
  return clamp(kept + seconds * clamp(GAIN * (1 - slide / limit), -RELEASE, APPLY), LEAST, 1);
}
