/** The electric powertrain alone: its map, and battery energy by hand in both directions. */

import { describe, expect, it } from "vitest";
import { ElectricDrive, motorTorque } from "./electric";
import { type ElectricFigures, readVehicle } from "./figures";

const vehicle = readVehicle("ev52");
const figures = vehicle.powertrain as ElectricFigures;
const RPM = Math.PI / 30;

describe("the motor's map", () => {
  it("has constant torque, constant power, then power that falls as 1 / speed, then nothing", () => {
    expect(motorTorque(figures, 0)).toBe(245);
    expect(motorTorque(figures, 300)).toBe(245);
    expect(motorTorque(figures, 8000 * RPM) * 8000 * RPM).toBeCloseTo(110_000, 3);
    expect(motorTorque(figures, 14000 * RPM) * 14000 * RPM).toBeCloseTo((110_000 * 9500) / 14000, 3);
    expect(motorTorque(figures, 16000 * RPM)).toBe(0);
  });
});

describe("the battery", () => {
  /** Joules from the cells in a second at a power at the axle, W, and an axle speed, rad/s. */
  function taken(power: number, axle: number): number {
    const drive = new ElectricDrive(figures, vehicle);
    drive.settle(power, power / axle, axle, 1);
    return drive.account.battery;
  }

  function byHand(shaft: number, turned: number): number {
    const torque = shaft / turned;
    const motor = 0.09 * torque ** 2 + 1.4 * turned + 3e-6 * turned ** 3 + 120 + 0.015 * Math.abs(shaft);
    const terminal = shaft + motor + 250;
    return terminal + 6.5e-7 * terminal ** 2;
  }

  it("gives what axle, teeth, motor, inverter, auxiliaries and cells need", () => {
    expect(taken(30_000, 60)).toBeCloseTo(byHand(30_000 / 0.97, 540), 6);
  });

  it("gets back what they leave of the braking power", () => {
    expect(taken(-30_000, 60)).toBeCloseTo(byHand(-30_000 * 0.97, 540), 6);
    expect(taken(-30_000, 60)).toBeLessThan(0);
    expect(-taken(-30_000, 60)).toBeLessThan(0.97 * 30_000);
  });

  it("gives less and less when nearly empty, and takes nothing when full", () => {
    const drive = new ElectricDrive(figures, vehicle);
    expect(drive.regeneration(60, "normal") - drive.released(60, "normal")).toBe(0);
    drive.account.battery = 0.5 * 52 * 3.6e6;
    expect(drive.regeneration(60, "normal")).toBeGreaterThan(100);
    const full = drive.greatest(60);
    drive.account.battery = 0.99 * 52 * 3.6e6;
    expect(drive.greatest(60)).toBeCloseTo(full / 2, 6);
  });
});
