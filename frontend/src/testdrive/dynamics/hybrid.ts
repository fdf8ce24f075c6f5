/**
 * A power split: the engine turns the carrier of a planetary gear, one machine the sun, the other machine and the axle
 * the ring (Guzzella, Sciarretta, ch. 4; Liu, Peng, IEEE Trans. CST 16(6), 2008). The engine runs on one line of speed
 * over power, and stands while the battery can carry the car alone.
 */

import { fuelPower } from "./engine";
import type { HybridFigures, Mode, VehicleFigures } from "./figures";
import {
  clamp,
  type EnergyAccount,
  GRAVITY,
  lag,
  pedalTorque,
  type Powertrain,
  ramp,
  RPM,
  type Wish,
} from "./powertrain";

const LEAST_RUN = 3; // s that the engine runs once started
const STOP_SHARE = 0.6; // of the starting power: below it the engine may stop

export class HybridDrive implements Powertrain {
  readonly account: EnergyAccount = { fuel: 0, battery: 0, work: 0, losses: 0, auxiliary: 0 };
  readonly gear = 1;
  readonly inertia: number;
  rpm = 0;
  #torque = 0;
  #isRunning = false;
  #run = 0; // s since the engine started or stopped
  #startShare = 1;
  readonly #figures: HybridFigures;
  readonly #vehicle: VehicleFigures;
  readonly #radius: number;

  constructor(figures: HybridFigures, vehicle: VehicleFigures) {
    this.#figures = figures;
    this.#vehicle = vehicle;
    this.#radius = vehicle.tyre.rolling_radius_m;
    this.inertia = figures.inertia_kg_m2;
  }

  get charge(): number {
    return clamp(this.#figures.charge_target - this.account.battery / (this.#figures.battery_kwh * 3.6e6), 0, 1);
  }

  /** Power that engine and battery give together at the ring's shaft, in W. */
  get #available(): number {
    const { power_kw, engine_kw, charge_low, battery_kw, machine_efficiency, tank_l, fuel_mj_l } = this.#figures;
    const most = Math.min(power_kw - engine_kw, battery_kw * machine_efficiency);
    const battery = most * ramp(this.charge, charge_low - 0.1, charge_low);
    const hasFuel = this.account.fuel < tank_l * fuel_mj_l * 1e6;
    return (battery + (hasFuel ? engine_kw : 0)) * 1000;
  }

  greatest(speed: number): number {
    const { axle_torque_nm, limiter_km_h, gear_efficiency } = this.#figures;
    const top = limiter_km_h / 3.6 / this.#radius;
    const power = (this.#available * gear_efficiency) / Math.max(speed, 1);
    return Math.min(axle_torque_nm, power) * (1 - ramp(speed, top - 1, top));
  }

  released(speed: number, mode: Mode): number {
    const wanted = this.#vehicle.modes[mode].lift_off_g * GRAVITY * this.#vehicle.body.mass_kg * this.#radius;
    return -Math.min(wanted, this.#slowest(speed));
  }

  regeneration(speed: number, mode: Mode): number {
    return Math.max(0, this.#slowest(speed) + this.released(speed, mode));
  }

  #slowest(speed: number): number {
    const { regeneration_kw, regeneration_g, charge_high } = this.#figures;
    const grip = regeneration_g * GRAVITY * this.#vehicle.body.mass_kg * this.#radius;
    const most = Math.min(grip, (regeneration_kw * 1000) / Math.max(speed, 1));
    return most * (1 - ramp(this.charge, charge_high, charge_high + 0.1)) * ramp(speed * this.#radius, 1, 3);
  }

  torque(wish: Wish, speed: number, seconds: number): number {
    const mode = this.#vehicle.modes[wish.mode];
    this.#startShare = mode.engine_start_share;
    const greatest = this.greatest(speed);
    const asked = pedalTorque(wish.pedal, mode, this.released(speed, wish.mode), greatest) - wish.slowing;
    this.#torque = clamp(lag(this.#torque, asked, this.#figures.response_s, seconds), -this.#slowest(speed), greatest);
    return this.#torque;
  }

  settle(work: number, _torque: number, speed: number, seconds: number): void {
    const { gear_efficiency, auxiliary_w, battery_loss_per_w } = this.#figures;
    const power = work / seconds;
    const ring = power >= 0 ? power / gear_efficiency : power * gear_efficiency;
    const engine = this.#enginePower(ring, seconds);
    const terminal = this.#machines(ring, engine, Math.max(0, speed)) + auxiliary_w;
    const cells = terminal + battery_loss_per_w * terminal * terminal;
    const fuel = engine > 0 ? fuelPower(this.#figures, engine, this.rpm * RPM) : 0;
    this.account.fuel += fuel * seconds;
    this.account.battery += cells * seconds;
    this.account.work += work;
    this.account.auxiliary += auxiliary_w * seconds;
    this.account.losses += (fuel + cells - auxiliary_w) * seconds - work;
  }

  /** Power of the engine's shaft, W: what the axle needs and what the battery lacks; 0 while it stands. */
  #enginePower(ring: number, seconds: number): number {
    const { charge_target, charge_low, charge_gain_kw, engine_kw, engine_least_kw, engine_start_kw } = this.#figures;
    const charging = (charge_target - this.charge) * charge_gain_kw * 1000;
    const wanted = ring + charging;
    const start = engine_start_kw * 1000 * this.#startShare;
    this.#run += seconds;
    const mayStop = this.#run > LEAST_RUN && wanted < start * STOP_SHARE && this.charge > charge_low;
    const mustStart = wanted > start || this.charge < charge_low;
    if (this.#isRunning ? mayStop : mustStart) {
      this.#isRunning = !this.#isRunning;
      this.#run = 0;
    }
    const hasFuel = this.account.fuel < this.#figures.tank_l * this.#figures.fuel_mj_l * 1e6;
    const engine = this.#isRunning && hasFuel ? clamp(wanted, engine_least_kw * 1000, engine_kw * 1000) : 0;
    this.rpm = engine > 0 ? this.#lineRpm(engine) : 0;
    return engine;
  }

  /** Engine speed of the operating line at a power in W: never lugging, never faster than the power needs. */
  #lineRpm(power: number): number {
    const { engine_idle_rpm, engine_limit_rpm, engine_kw } = this.#figures;
    const share = power / (engine_kw * 1000);
    return engine_idle_rpm + (engine_limit_rpm - engine_idle_rpm) * Math.pow(share, 1.15);
  }

  /** Electric power at the machines' terminals, W: what the ring needs and the engine does not hand on by teeth. */
  #machines(ring: number, engine: number, axle: number): number {
    const { ring_to_sun, ring_ratio, machine_efficiency } = this.#figures;
    const torque = engine > 0 ? engine / (this.rpm * RPM) : 0;
    const byTeeth = (ring_to_sun / (1 + ring_to_sun)) * torque * axle * ring_ratio;
    const toRing = ring - byTeeth; // what the second machine adds, or takes where the gear carries too much
    const fromSun = engine - byTeeth;
    return convert(toRing, machine_efficiency) + convert(-fromSun, machine_efficiency);
  }
}

/** Electric power in for a mechanical power out (positive), or what a generator gives back of one taken (negative). */
function convert(mechanical: number, efficiency: number): number {
  return mechanical >= 0 ? mechanical / efficiency : mechanical * efficiency;
}
