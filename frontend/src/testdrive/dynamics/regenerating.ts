/** What every powertrain with a battery that drives shares: one ratio, a torque that follows the pedal, regeneration. */

import type { Mode, VehicleFigures } from "./figures";
import { clamp, type EnergyAccount, GRAVITY, lag, pedalTorque, type Powertrain, ramp, type Wish } from "./powertrain";

const FADE_FROM = 1; // m/s: regeneration ends before the car stands, the brakes hold it
const FADE_TO = 3;

/** The figures of `vehicles.json` that both kinds have. */
interface BatteryFigures {
  readonly limiter_km_h: number;
  readonly regeneration_kw: number;
  readonly regeneration_g: number;
  readonly response_s: number;
}

export abstract class RegeneratingDrive<Figures extends BatteryFigures> implements Powertrain {
  readonly account: EnergyAccount = { fuel: 0, battery: 0, work: 0, losses: 0, auxiliary: 0 };
  readonly gear = 1;
  rpm = 0;
  #torque = 0;
  readonly #radius: number;

  constructor(
    protected readonly figures: Figures,
    protected readonly vehicle: VehicleFigures,
    /** kg m², reflected to the driven axle. */
    readonly inertia: number,
  ) {
    this.#radius = vehicle.tyre.rolling_radius_m;
  }

  abstract get charge(): number;
  abstract greatest(speed: number): number;
  abstract settle(work: number, torque: number, speed: number, seconds: number): void;
  /** Greatest slowing torque that the battery, the machines and the tyres' stability allow. */
  protected abstract slowest(speed: number): number;

  released(speed: number, mode: Mode): number {
    return -Math.min(this.#torqueFor(this.vehicle.modes[mode].lift_off_g), this.slowest(speed));
  }

  regeneration(speed: number, mode: Mode): number {
    return Math.max(0, this.slowest(speed) + this.released(speed, mode));
  }

  torque(wish: Wish, speed: number, seconds: number): number {
    const greatest = this.greatest(speed);
    const released = this.released(speed, wish.mode);
    const asked = pedalTorque(wish.pedal, this.vehicle.modes[wish.mode], released, greatest) - wish.slowing;
    this.#torque = clamp(lag(this.#torque, asked, this.figures.response_s, seconds), -this.slowest(speed), greatest);
    return this.#torque;
  }

  /** 1 below the speed that the car is limited to, 0 from there. */
  protected limited(speed: number): number {
    const top = this.figures.limiter_km_h / 3.6 / this.#radius;
    return 1 - ramp(speed, top - 1, top);
  }

  /** Slowing torque within what the battery takes and what keeps the tyres in their track. */
  protected taken(speed: number): number {
    const { regeneration_kw, regeneration_g } = this.figures;
    return Math.min(this.#torqueFor(regeneration_g), (regeneration_kw * 1000) / Math.max(speed, 1));
  }

  /** 0 where the car is about to stand, 1 from walking pace. */
  protected rolling(speed: number): number {
    return ramp(speed * this.#radius, FADE_FROM, FADE_TO);
  }

  /** The axle's torque that changes the car's speed by so many g. */
  #torqueFor(share: number): number {
    return share * GRAVITY * this.vehicle.body.mass_kg * this.#radius;
  }
}
