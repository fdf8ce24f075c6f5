/**
 * A combustion engine: full-load torque by linear interpolation, fuel by a Willans line (Guzzella, Sciarretta, Vehicle
 * Propulsion Systems, ch. 3): fuel power = (shaft power + friction power) / indicated efficiency.
 */

import type { CombustionFigures } from "./figures";
import { RPM } from "./powertrain";

/** What the Willans line needs, of an engine of any powertrain. */
export interface WillansFigures {
  readonly indicated_efficiency: number;
  readonly friction_nm: number;
  readonly friction_nm_s2: number;
}

/** Full-load torque, N m, at a crankshaft speed in rad/s; 0 beyond the rev limit. */
export function engineTorque(figures: CombustionFigures, speed: number): number {
  const rpm = speed / RPM;
  const { curve_rpm, curve_nm } = figures;
  if (rpm >= figures.limit_rpm) return 0;
  if (rpm <= curve_rpm[0]!) return curve_nm[0]!;
  let i = 1;
  while (i < curve_rpm.length - 1 && curve_rpm[i]! < rpm) i++;
  const share = (rpm - curve_rpm[i - 1]!) / (curve_rpm[i]! - curve_rpm[i - 1]!);
  return curve_nm[i - 1]! + Math.min(1, share) * (curve_nm[i]! - curve_nm[i - 1]!);
}

/** Torque of friction and pumping, N m, at a crankshaft speed in rad/s. */
export function frictionTorque(figures: WillansFigures, speed: number): number {
  return figures.friction_nm + figures.friction_nm_s2 * speed * speed;
}

/** Fuel power in W for a power at the shaft; 0 where the wheels turn the engine and the fuel is cut. */
export function fuelPower(figures: WillansFigures, shaft: number, speed: number): number {
  return Math.max(0, shaft + frictionTorque(figures, speed) * speed) / figures.indicated_efficiency;
}
