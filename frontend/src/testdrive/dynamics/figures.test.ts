/** Figures: complete for every vehicle and wheel, plausible, and refused by a sentence where they are not numbers. */

import { describe, expect, it } from "vitest";
import { checkFigures, FiguresInvalid, readVehicle, vehicleNames } from "./figures";
import { plane } from "./ground";
import { Simulation } from "./simulate";

describe("figures", () => {
  it.each(vehicleNames)("of %s are those of a small car on every wheel", (name) => {
    for (const inches of [16, 17, 18]) {
      const { body, tyre } = readVehicle(name, inches);
      expect(body.mass_kg).toBeGreaterThan(1000);
      expect(body.mass_kg).toBeLessThan(1700);
      expect(body.drag_coefficient * body.frontal_area_m2).toBeGreaterThan(0.55);
      expect(body.drag_coefficient * body.frontal_area_m2).toBeLessThan(0.8);
      expect(tyre.rolling_radius_m).toBeCloseTo(0.3, 2);
      // a wheel's width of radius of gyration: the yaw inertia of cars is near mass times a times b
      const ab = body.front_share * (1 - body.front_share) * body.wheelbase_m ** 2;
      expect(body.yaw_inertia_kg_m2 / (body.mass_kg * ab)).toBeGreaterThan(0.75);
      expect(body.yaw_inertia_kg_m2 / (body.mass_kg * ab)).toBeLessThan(1.25);
    }
  });

  it("name the powertrains of both ranges", () => {
    const ranges = [["ev40", "ev52", "hybrid105", "turbo74", "lpg74"], ["ev60", "hybrid115", "turbo96"]];
    expect(vehicleNames).toEqual(ranges.flat());
  });

  it("that are not there are refused by a sentence", () => {
    expect(() => readVehicle("diesel")).toThrow(new FiguresInvalid("There are no figures of diesel in vehicles."));
    expect(() => readVehicle("constructor")).toThrow(FiguresInvalid);
    expect(() => readVehicle("ev40", 21)).toThrow(FiguresInvalid);
  });

  it.each([NaN, Infinity, -1, "1420", null, undefined])("with a mass of %s are refused", (mass) => {
    const figures = readVehicle("ev40");
    expect(() => checkFigures({ ...figures, body: { ...figures.body, mass_kg: mass } })).toThrow(/mass_kg/);
  });

  it("of an unknown powertrain, or with holes, are refused before a car is made", () => {
    const figures = readVehicle("turbo74");
    expect(() => checkFigures({ ...figures, powertrain: { kind: "steam" } })).toThrow(/steam/);
    const holed = { ...figures, powertrain: { ...figures.powertrain, gears: [] } } as unknown as typeof figures;
    expect(() => new Simulation(holed, plane())).toThrow(/gears/);
  });
});
