/**
 * A motor with one ratio: constant torque, then constant power, then a power that falls as 1 / speed at the end of
 * field weakening. Losses: copper, iron, windage, inverter (Larminie, Lowry, Electric Vehicle Technology Explained).
 */

import type { ElectricFigures, Mode, VehicleFigures } from "./figures";
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

const FADE_FROM = 1; // m/s: regeneration ends before the car stands, the brakes hold it
const FADE_TO = 3;

/** Greatest torque at the motor's shaft, N m, at a speed in rad/s. */
export function motorTorque(figures: ElectricFigures, speed: number): number {
  if (speed >= figures.limit_rpm * RPM) return 0;
  const power = figures.power_kw * 1000;
  const end = figures.weakening_end_rpm * RPM;
  const available = speed > end ? (power * end) / speed : power;
  return Math.min(figures.torque_nm, available / Math.max(speed, 1));
}

/** Power that motor and inverter turn into heat, in W, at a torque (N m) and a speed (rad/s) of the shaft. */
export function motorLoss(figures: ElectricFigures, torque: number, speed: number): number {
  const { copper_w_nm2, iron_w_s, windage_w_s3, inverter_w, inverter_share } = figures;
  const turning = iron_w_s * speed + windage_w_s3 * speed ** 3;
  return copper_w_nm2 * torque * torque + turning + inverter_w + inverter_share * Math.abs(torque * speed);
}

export class ElectricDrive implements Powertrain {
  readonly account: EnergyAccount = { fuel: 0, battery: 0, work: 0, losses: 0, auxiliary: 0 };
  readonly gear = 1;
  readonly inertia: number;
  rpm = 0;
  #torque = 0;
  readonly #figures: ElectricFigures;
  readonly #vehicle: VehicleFigures;
  readonly #radius: number;

  constructor(figures: ElectricFigures, vehicle: VehicleFigures) {
    this.#figures = figures;
    this.#vehicle = vehicle;
    this.#radius = vehicle.tyre.rolling_radius_m;
    this.inertia = figures.rotor_inertia_kg_m2 * figures.ratio ** 2;
  }

  get charge(): number {
    return clamp(1 - this.account.battery / (this.#figures.battery_kwh * 3.6e6), 0, 1);
  }

  greatest(speed: number): number {
    const { ratio, gear_efficiency, limiter_km_h } = this.#figures;
    const top = limiter_km_h / 3.6 / this.#radius;
    const within = 1 - ramp(speed, top - 1, top);
    const reserve = ramp(this.charge, 0, 0.02); // an empty battery gives less and less
    return motorTorque(this.#figures, Math.max(0, speed) * ratio) * ratio * gear_efficiency * within * reserve;
  }

  released(speed: number, mode: Mode): number {
    const wanted = this.#vehicle.modes[mode].lift_off_g * GRAVITY * this.#vehicle.body.mass_kg * this.#radius;
    return -Math.min(wanted, this.#slowest(speed));
  }

  regeneration(speed: number, mode: Mode): number {
    return Math.max(0, this.#slowest(speed) + this.released(speed, mode));
  }

  /** Greatest slowing torque that the battery, the motor and the tyres' stability allow. */
  #slowest(speed: number): number {
    const { regeneration_kw, regeneration_g, ratio, gear_efficiency } = this.#figures;
    const motor = Math.min(
      (motorTorque(this.#figures, Math.max(0, speed) * ratio) * ratio) / gear_efficiency,
      (regeneration_kw * 1000) / Math.max(speed, 1),
      regeneration_g * GRAVITY * this.#vehicle.body.mass_kg * this.#radius,
    );
    const full = 1 - ramp(this.charge, 0.97, 1);
    return motor * full * ramp(speed * this.#radius, FADE_FROM, FADE_TO);
  }

  torque(wish: Wish, speed: number, seconds: number): number {
    const greatest = this.greatest(speed);
    const released = this.released(speed, wish.mode);
    const asked = pedalTorque(wish.pedal, this.#vehicle.modes[wish.mode], released, greatest) - wish.slowing;
    this.#torque = clamp(lag(this.#torque, asked, this.#figures.response_s, seconds), -this.#slowest(speed), greatest);
    this.rpm = (Math.abs(speed) * this.#figures.ratio) / RPM;
    return this.#torque;
  }

  settle(work: number, torque: number, speed: number, seconds: number): void {
    const { ratio, gear_efficiency, auxiliary_w, battery_loss_per_w } = this.#figures;
    const power = work / seconds;
    const shaft = power >= 0 ? power / gear_efficiency : power * gear_efficiency;
    const shaftTorque = torque >= 0 ? torque / ratio / gear_efficiency : (torque / ratio) * gear_efficiency;
    const motor = motorLoss(this.#figures, shaftTorque, Math.abs(speed) * ratio);
    const terminal = shaft + motor + auxiliary_w;
    const inside = battery_loss_per_w * terminal * terminal;
    this.account.battery += (terminal + inside) * seconds;
    this.account.work += work;
    this.account.auxiliary += auxiliary_w * seconds;
    this.account.losses += (shaft - power + motor + inside) * seconds; // in teeth, motor and cells
  }
}
