/** The tyre: stiff at first, an ellipse at the limit, less for each newton under more load. */

import { describe, expect, it } from "vitest";
import { readVehicle } from "./figures";
import { corneringStiffness, frictionUse, loadFactor, writeForce } from "./tyre";

const figures = readVehicle("ev40").tyre;
const LOAD = 3400;

function force(slipX: number, slipY: number, load = LOAD, ground = 1): { x: number; y: number } {
  const written = { x: 0, y: 0 };
  writeForce(figures, load, ground, slipX, slipY, written);
  return written;
}

describe("a tyre", () => {
  it("answers small slips by its stiffnesses", () => {
    expect(force(1e-4, 0).x / 1e-4).toBeCloseTo(figures.slip_stiffness * LOAD, -3);
    expect(force(0, 1e-4).y / 1e-4).toBeCloseTo(corneringStiffness(figures, LOAD), -3);
  });

  it("never leaves the friction ellipse, and reaches it in every direction", () => {
    for (let turn = 0; turn < 2 * Math.PI; turn += 0.1) {
      let most = 0;
      for (let slip = 0.001; slip < 1.5; slip *= 1.05) {
        const { x, y } = force(slip * Math.cos(turn), slip * Math.sin(turn));
        most = Math.max(most, Math.hypot(x / (figures.mu_x * LOAD), y / (figures.mu_y * LOAD)));
      }
      expect(most).toBeLessThanOrEqual(1 + 1e-9);
      expect(most).toBeGreaterThan(0.98);
    }
  });

  it("gives up side force for braking", () => {
    expect(force(-0.3, 0.08).y).toBeLessThan(0.5 * force(0, 0.08).y);
  });

  it("slides with less friction than its peak", () => {
    expect(frictionUse(3, 0.82)).toBeCloseTo(1, 12);
    expect(frictionUse(200, 0.82)).toBeCloseTo(0.82, 6);
    expect(frictionUse(3 - 1e-9, 0.82)).toBeCloseTo(frictionUse(3 + 1e-9, 0.82), 6);
  });

  it("grips less for each newton under more load, more in all", () => {
    expect(loadFactor(figures, 6000)).toBeLessThan(loadFactor(figures, 3000));
    expect(force(0, 1, 6000).y).toBeGreaterThan(force(0, 1, 3000).y);
  });

  it("has no force in the air or without friction, and less on wet ground", () => {
    expect(force(0.1, 0.1, 0)).toEqual({ x: 0, y: 0 });
    expect(force(0.1, 0.1, LOAD, 0)).toEqual({ x: 0, y: 0 });
    expect(force(-1, 0, LOAD, 0.7).x / force(-1, 0).x).toBeCloseTo(0.7, 1);
  });
});
