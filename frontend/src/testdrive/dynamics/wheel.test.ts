/** One wheel alone: its tyre bends within bounds, brakes hold and never push. */

import { describe, expect, it } from "vitest";
import { readVehicle } from "./figures";
import { Wheel } from "./wheel";

const { tyre, body } = readVehicle("ev40");
const MS = 0.001;

function make(): Wheel {
  const wheel = new Wheel(tyre, body.rolling_resistance, body.wheel_inertia_kg_m2, 0, 0);
  wheel.load = 3400;
  return wheel;
}

describe("a wheel", () => {
  it.each([
    ["sideways", 0, 6, 0],
    ["locked", 10, 0, 0],
    ["spinning on the spot", 0, 0, 60],
    ["spinning backwards while it slides", 8, -3, -60],
  ])("bends its tyre no further than slip goes: %s", (_, along, across, spin) => {
    const wheel = make();
    for (let i = 0; i < 3000; i++) {
      wheel.spin = spin;
      wheel.bend(along, across, MS);
    }
    expect(Math.hypot(wheel.slipX, wheel.slipY)).toBeLessThanOrEqual(2.3);
    const slide = Math.hypot(spin * tyre.rolling_radius_m - along, across);
    const power = wheel.force.x * (spin * tyre.rolling_radius_m - along) - wheel.force.y * across;
    // The ellipse has two half axes, so the force is nearly, not quite, against the sliding.
    expect(power / slide / Math.hypot(wheel.force.x, wheel.force.y)).toBeGreaterThan(0.8);
  });

  it("comes to the slip of its speeds: (rim - road) / the faster", () => {
    const wheel = make();
    for (let i = 0; i < 3000; i++) {
      wheel.spin = (20 * 0.95) / tyre.rolling_radius_m;
      wheel.bend(20, 0.4, MS);
    }
    expect(wheel.slipX).toBeCloseTo(-0.05, 6);
    expect(wheel.slipY).toBeCloseTo(-0.02, 6);
  });

  it("is slowed by its brake to a halt, and held there", () => {
    const wheel = make();
    wheel.load = 0;
    wheel.spin = 3;
    wheel.brakeTorque = 500;
    for (let i = 0; i < 100; i++) wheel.turn(MS);
    expect(wheel.spin).toBe(0);
    wheel.driveTorque = 499;
    wheel.turn(MS);
    expect(wheel.spin).toBe(0);
    wheel.driveTorque = 600;
    wheel.turn(MS);
    expect(wheel.spin).toBeCloseTo((100 * MS) / body.wheel_inertia_kg_m2, 9);
  });

  it("turns the energy of its spin into the heat of its brake", () => {
    const wheel = make();
    wheel.load = 0;
    wheel.spin = 80;
    wheel.brakeTorque = 300;
    for (let i = 0; i < 1000; i++) wheel.turn(MS);
    expect(wheel.brakeHeat).toBeCloseTo(0.5 * body.wheel_inertia_kg_m2 * 80 ** 2, 6);
  });
});
