/**
 * A power split: the engine turns the carrier of a planetary gear, one machine the sun, the other machine and the axle
 * the ring (Guzzella, Sciarretta, ch. 4; Liu, Peng, IEEE Trans. CST 16(6), 2008). The engine runs on one line of speed
 * over power, and stands while the battery can carry the car alone.
 */

import { fuelPower } from "./engine";
import type { HybridFigures, VehicleFigures } from "./figures";
import { clamp, ramp, RPM, through, type Wish } from "./powertrain";
import { RegeneratingDrive } from "./regenerating";

const LEAST_RUN = 3; // s that the engine runs once started
const STOP_SHARE = 0.6; // of the starting power: below it the engine may stop

export class HybridDrive extends RegeneratingDrive<HybridFigures> {
  #isRunning = false;
  #run = 0; // s since the engine started or stopped
  #startShare = 1;

  constructor(figures: HybridFigures, vehicle: VehicleFigures) {
    super(figures, vehicle, figures.inertia_kg_m2);
  }

  get charge(): number {
    return clamp(this.figures.charge_target - this.account.battery / (this.figures.battery_kwh * 3.6e6), 0, 1);
  }

  /** Power that engine and battery give together at the ring's shaft, in W. */
  get #available(): number {
    const { power_kw, engine_kw, charge_low, battery_kw, machine_efficiency, tank_l, fuel_mj_l } = this.figures;
    const most = Math.min(power_kw - engine_kw, battery_kw * machine_efficiency);
    const battery = most * ramp(this.charge, charge_low - 0.1, charge_low);
    const hasFuel = this.account.fuel < tank_l * fuel_mj_l * 1e6;
    return (battery + (hasFuel ? engine_kw : 0)) * 1000;
  }

  greatest(speed: number): number {
    const { axle_torque_nm, gear_efficiency } = this.figures;
    const power = (this.#available * gear_efficiency) / Math.max(speed, 1);
    return Math.min(axle_torque_nm, power) * this.limited(speed);
  }

  protected slowest(speed: number): number {
    const { charge_high } = this.figures;
    const full = 1 - ramp(this.charge, charge_high, charge_high + 0.1);
    return this.taken(speed) * full * this.rolling(speed);
  }

  override torque(wish: Wish, speed: number, seconds: number): number {
    this.#startShare = this.vehicle.modes[wish.mode].engine_start_share;
    return super.torque(wish, speed, seconds);
  }

  settle(work: number, _torque: number, speed: number, seconds: number): void {
    const { gear_efficiency, auxiliary_w, battery_loss_per_w } = this.figures;
    const power = work / seconds;
    const ring = through(power, gear_efficiency);
    const engine = this.#enginePower(ring, seconds);
    const terminal = this.#machines(ring, engine, Math.max(0, speed)) + auxiliary_w;
    const cells = terminal + battery_loss_per_w * terminal * terminal;
    const fuel = engine > 0 ? fuelPower(this.figures, engine, this.rpm * RPM) : 0;
    this.account.fuel += fuel * seconds;
    this.account.battery += cells * seconds;
    this.account.work += work;
    this.account.auxiliary += auxiliary_w * seconds;
    this.account.losses += (fuel + cells - auxiliary_w) * seconds - work;
  }

  /** Power of the engine's shaft, W: what the axle needs and what the battery lacks; 0 while it stands. */
  #enginePower(ring: number, seconds: number): number {
    const { charge_target, charge_low, charge_gain_kw, engine_kw, engine_least_kw, engine_start_kw } = this.figures;
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
    const hasFuel = this.account.fuel < this.figures.tank_l * this.figures.fuel_mj_l * 1e6;
    const engine = this.#isRunning && hasFuel ? clamp(wanted, engine_least_kw * 1000, engine_kw * 1000) : 0;
    this.rpm = engine > 0 ? this.#lineRpm(engine) : 0;
    return engine;
  }

  /** Engine speed of the operating line at a power in W: never lugging, never faster than the power needs. */
  #lineRpm(power: number): number {
    const { engine_idle_rpm, engine_limit_rpm, engine_kw } = this.figures;
    const share = power / (engine_kw * 1000);
    return engine_idle_rpm + (engine_limit_rpm - engine_idle_rpm) * Math.pow(share, 1.15);
  }

  /** Electric power at the machines' terminals, W: what the ring needs and the engine does not hand on by teeth. */
  #machines(ring: number, engine: number, axle: number): number {
    const { ring_to_sun, ring_ratio, machine_efficiency } = this.figures;
    const torque = engine > 0 ? engine / (this.rpm * RPM) : 0;
    const byTeeth = (ring_to_sun / (1 + ring_to_sun)) * torque * axle * ring_ratio;
    const toRing = ring - byTeeth; // what the second machine adds, or takes where the gear carries too much
    const fromSun = engine - byTeeth;
    return through(toRing, machine_efficiency) + through(-fromSun, machine_efficiency);
  }
}
