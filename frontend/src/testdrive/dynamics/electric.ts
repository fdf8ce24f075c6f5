/**
 * A motor with one ratio: constant torque, then constant power, then a power that falls as 1 / speed at the end of
 * field weakening. Losses: copper, iron, windage, inverter (Larminie, Lowry, Electric Vehicle Technology Explained).
 */

import type { ElectricFigures, VehicleFigures } from "./figures";
import { clamp, ramp, RPM, through, type Wish } from "./powertrain";
import { RegeneratingDrive } from "./regenerating";

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

export class ElectricDrive extends RegeneratingDrive<ElectricFigures> {
  constructor(figures: ElectricFigures, vehicle: VehicleFigures) {
    super(figures, vehicle, figures.rotor_inertia_kg_m2 * figures.ratio ** 2);
  }

  get charge(): number {
    return clamp(1 - this.account.battery / (this.figures.battery_kwh * 3.6e6), 0, 1);
  }

  greatest(speed: number): number {
    const { ratio, gear_efficiency } = this.figures;
    const reserve = ramp(this.charge, 0, 0.02); // an empty battery gives less and less
    const motor = motorTorque(this.figures, Math.max(0, speed) * ratio);
    return motor * ratio * gear_efficiency * this.limited(speed) * reserve;
  }

  protected slowest(speed: number): number {
    const { ratio, gear_efficiency } = this.figures;
    const motor = (motorTorque(this.figures, Math.max(0, speed) * ratio) * ratio) / gear_efficiency;
    const full = 1 - ramp(this.charge, 0.97, 1);
    return Math.min(motor, this.taken(speed)) * full * this.rolling(speed);
  }

  override torque(wish: Wish, speed: number, seconds: number): number {
    this.rpm = (Math.abs(speed) * this.figures.ratio) / RPM;
    return super.torque(wish, speed, seconds);
  }

  settle(work: number, torque: number, speed: number, seconds: number): void {
    const { ratio, gear_efficiency, auxiliary_w, battery_loss_per_w } = this.figures;
    const power = work / seconds;
    const shaft = through(power, gear_efficiency);
    const shaftTorque = through(torque / ratio, gear_efficiency);
    const motor = motorLoss(this.figures, shaftTorque, Math.abs(speed) * ratio);
    const terminal = shaft + motor + auxiliary_w;
    const inside = battery_loss_per_w * terminal * terminal;
    this.account.battery += (terminal + inside) * seconds;
    this.account.work += work;
    this.account.auxiliary += auxiliary_w * seconds;
    this.account.losses += (shaft - power + motor + inside) * seconds; // in teeth, motor and cells
  }
}
