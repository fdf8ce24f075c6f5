/** A car over a speed trace, and what it used: as a test bench would report it. */

import { SpeedDriver } from "./driver";
import type { Mode, VehicleFigures } from "./figures";
import { plane } from "./ground";
import { Simulation } from "./simulate";

/** Mass beside the driver in a test: 25 kg, and 15 % of 330 kg that may be loaded (Regulation (EU) 2017/1151). */
export const TEST_LOAD = 75;

export interface CycleResult {
  readonly km: number;
  /** From the plug, charging losses included; 0 where there is none. */
  readonly kwhPer100Km: number;
  /** With what the battery of a hybrid gained or lost counted as fuel; 0 where there is none. */
  readonly litresPer100Km: number;
  /** How far a full battery goes like this; 0 where there is no plug. */
  readonly rangeKm: number;
  /** Greatest difference between wanted and driven speed, m/s. */
  readonly greatestError: number;
  readonly simulation: Simulation;
}

/** Drive a trace of speeds in m/s, one a second, on a level dry road. */
export function driveCycle(vehicle: VehicleFigures, trace: Float64Array, mode: Mode = "normal"): CycleResult {
  const simulation = new Simulation(vehicle, plane(), TEST_LOAD);
  const driver = new SpeedDriver(simulation);
  driver.controls.mode = mode;
  let greatestError = 0;
  for (;;) {
    const second = Math.floor(simulation.time + 1e-9);
    if (second >= trace.length - 1) break;
    const slope = trace[second + 1]! - trace[second]!;
    const speed = trace[second]! + slope * (simulation.time - second);
    greatestError = Math.max(greatestError, Math.abs(speed - simulation.body.ahead));
    simulation.step(driver.follow(speed, slope));
  }
  return { ...used(simulation), greatestError, simulation };
}

/** What a drive used for each 100 km. */
export function used(simulation: Simulation): Omit<CycleResult, "greatestError" | "simulation"> {
  const { distance, fuelLitres, batteryWh } = simulation.read();
  const km = distance / 1000;
  const figures = simulation.vehicle.powertrain;
  if (km <= 0) return { km: 0, kwhPer100Km: 0, litresPer100Km: 0, rangeKm: 0 };
  if (figures.kind === "electric") {
    const fromCells = batteryWh / 10 / km;
    const kwhPer100Km = fromCells / figures.charge_efficiency;
    return { km, kwhPer100Km, litresPer100Km: 0, rangeKm: (figures.battery_kwh * 100) / fromCells };
  }
  const lent = figures.kind === "hybrid" ? batteryWh / (figures.indicated_efficiency * figures.machine_efficiency) : 0;
  const litres = fuelLitres + (lent * 3600) / (figures.fuel_mj_l * 1e6);
  return { km, kwhPer100Km: 0, litresPer100Km: (litres / km) * 100, rangeKm: 0 };
}
