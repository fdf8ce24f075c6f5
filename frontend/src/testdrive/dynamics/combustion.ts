/**
 * Engine, clutch and six gears. The clutch works by itself, as does the gear lever unless the driver wants it: below
 * the launch speed it slips and hands on the engine's torque, so the engine never stalls. A shift interrupts the torque.
 */

import { engineTorque, frictionTorque, fuelPower } from "./engine";
import type { CombustionFigures, Mode, VehicleFigures } from "./figures";
import { clamp, type EnergyAccount, lag, pedalTorque, type Powertrain, RPM, through, type Wish } from "./powertrain";

const DWELL = 1.2; // s between shifts of the automatic, so that it does not hunt
const DOWNSHIFT = 0.5; // of the upshift's engine speed: below 1 / 1.82, the widest step between two gears
const MOST_LOST = 0.8; // of the pull, that the next gear must keep at full pedal
const STANDING = 1; // rad/s of the axle
const BRAKING_FROM = 1.15; // times idle: below it the clutch opens and the engine brakes no more

export class CombustionDrive implements Powertrain {
  readonly account: EnergyAccount = { fuel: 0, battery: 0, work: 0, losses: 0, auxiliary: 0 };
  rpm = 0;
  #engaged = 1;
  #shifting = 0; // s until the clutch closes again
  #since = 0; // s since the last shift
  #torque = 0; // at the crankshaft
  #speed = 0; // of the crankshaft, rad/s
  #isReverse = false;
  #isStopped = true;
  readonly #figures: CombustionFigures;
  readonly #vehicle: VehicleFigures;

  constructor(figures: CombustionFigures, vehicle: VehicleFigures) {
    this.#figures = figures;
    this.#vehicle = vehicle;
  }

  get gear(): number {
    return this.#shifting > 0 ? 0 : this.#engaged;
  }

  /** Crankshaft turns for each turn of the driven axle. */
  get ratio(): number {
    const { gears, reverse, final_drive } = this.#figures;
    return (this.#isReverse ? reverse : gears[this.#engaged - 1]!) * final_drive;
  }

  get inertia(): number {
    const isClosed = this.#shifting <= 0 && this.#speed > this.#figures.launch_rpm * RPM;
    return isClosed ? this.#figures.engine_inertia_kg_m2 * this.ratio ** 2 : 0;
  }

  get charge(): number {
    const { tank_l, fuel_mj_l } = this.#figures;
    return clamp(1 - this.account.fuel / (tank_l * fuel_mj_l * 1e6), 0, 1);
  }

  greatest(speed: number): number {
    if (this.charge <= 0) return 0;
    const geared = Math.max(0, speed) * this.ratio;
    return engineTorque(this.#figures, Math.max(geared, this.#launch(1))) * this.ratio * this.#figures.gear_efficiency;
  }

  released(speed: number, _mode: Mode): number {
    const geared = speed * this.ratio;
    if (geared < this.#figures.idle_rpm * RPM * BRAKING_FROM) return 0;
    return (-frictionTorque(this.#figures, geared) * this.ratio) / this.#figures.gear_efficiency;
  }

  regeneration(_speed: number, _mode: Mode): number {
    return 0;
  }

  torque(wish: Wish, speed: number, seconds: number): number {
    this.#isReverse = wish.isReverse;
    this.#chooseGear(wish, speed, seconds);
    const geared = Math.max(0, speed) * this.ratio;
    const isOpen = this.#shifting > 0;
    const target = isOpen ? Math.max(this.#figures.idle_rpm * RPM, geared) : Math.max(geared, this.#launch(wish.pedal));
    this.#speed = target > geared || isOpen ? lag(this.#speed, target, 0.1, seconds) : geared;
    this.#isStopped = wish.pedal === 0 && geared < this.#figures.idle_rpm * RPM * 0.5;
    this.rpm = this.#isStopped ? 0 : this.#speed / RPM;
    const asked = isOpen ? 0 : this.#asked(wish, speed);
    const constant = isOpen ? 0.05 : this.#figures.response_s; // the clutch opens faster than the engine answers
    const most = this.charge > 0 ? engineTorque(this.#figures, Math.max(geared, this.#launch(1))) : 0;
    this.#torque = Math.min(lag(this.#torque, asked, constant, seconds), most);
    const { gear_efficiency } = this.#figures;
    return this.#torque * this.ratio * (this.#torque >= 0 ? gear_efficiency : 1 / gear_efficiency);
  }

  /** Torque at the crankshaft that the pedal asks for. */
  #asked(wish: Wish, speed: number): number {
    const { gear_efficiency } = this.#figures;
    const released = this.released(speed, wish.mode);
    const asked = pedalTorque(wish.pedal, this.#vehicle.modes[wish.mode], released, this.greatest(speed));
    return through(asked / this.ratio, gear_efficiency);
  }

  /** Crankshaft speed at which the clutch slips, rad/s. */
  #launch(pedal: number): number {
    const { idle_rpm, launch_rpm } = this.#figures;
    return (idle_rpm + (launch_rpm - idle_rpm) * Math.min(1, 2 * pedal)) * RPM;
  }

  #chooseGear(wish: Wish, speed: number, seconds: number): void {
    this.#shifting = Math.max(0, this.#shifting - seconds);
    this.#since += seconds;
    if (this.#shifting > 0 || wish.isReverse) return;
    if (wish.isAutomatic && speed < STANDING) {
      this.#engaged = 1; // nothing turns: the lever moves without a shift
      return;
    }
    const wanted = wish.isAutomatic ? this.#automatic(wish, speed) : wish.shift;
    const next = this.#engaged + wanted;
    if (wanted === 0 || next < 1 || next > this.#figures.gears.length) return;
    const turned = (Math.max(0, speed) * this.#figures.gears[next - 1]! * this.#figures.final_drive) / RPM;
    if (turned > this.#figures.limit_rpm * 0.97) return; // the lever refuses what would overspeed the engine
    this.#engaged = next;
    this.#shifting = this.#figures.shift_s;
    this.#since = 0;
  }

  #automatic(wish: Wish, speed: number): -1 | 0 | 1 {
    const mode = this.#vehicle.modes[wish.mode];
    const up = mode.upshift_low_rpm + wish.pedal * (mode.upshift_high_rpm - mode.upshift_low_rpm);
    const turned = (Math.max(0, speed) * this.ratio) / RPM;
    const mustRise = turned > mode.upshift_high_rpm;
    if (turned < this.#figures.idle_rpm) return this.#engaged > 1 ? -1 : 0; // a car that brakes hard does not wait
    if (this.#since < DWELL && !mustRise) return 0;
    if (turned > up) return this.#holdsUp(wish, speed) ? 1 : 0;
    return turned < up * DOWNSHIFT ? -1 : 0;
  }

  /** Whether the next gear pulls nearly as well as this one; with less than the whole pedal it always may. */
  #holdsUp(wish: Wish, speed: number): boolean {
    if (wish.pedal < 0.95) return true;
    const next = this.#figures.gears[this.#engaged];
    if (next === undefined) return false;
    const ratio = next * this.#figures.final_drive;
    const here = engineTorque(this.#figures, speed * this.ratio) * this.ratio;
    return engineTorque(this.#figures, speed * ratio) * ratio >= here * MOST_LOST;
  }

  settle(work: number, torque: number, speed: number, seconds: number): void {
    const { gear_efficiency, auxiliary_w, indicated_efficiency } = this.#figures;
    const crank = through(torque / this.ratio, gear_efficiency);
    const turned = Math.max(this.#speed, speed * this.ratio);
    const fuel = this.#isStopped
      ? auxiliary_w / indicated_efficiency // the 12 V battery lends it, and is charged again later
      : fuelPower(this.#figures, crank * turned + auxiliary_w, turned);
    this.account.fuel += fuel * seconds;
    this.account.work += work;
    this.account.auxiliary += auxiliary_w * seconds;
    this.account.losses += (fuel - auxiliary_w) * seconds - work;
  }
}
