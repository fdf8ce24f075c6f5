/** The land and what stands on it: nothing on or through the road, the sea where it should be, the same in the mirror. */

import { describe, expect, it } from "vitest";
import { newAxisPoint } from "../routes/alignment";
import { Route, ROUTES } from "../routes/route";
import { Land } from "./land";
import { Planting } from "./planting";

describe.each(ROUTES)("the scenery of %s", (name) => {
  const route = new Route(name, "right");
  const land = new Land(route);
  const planting = new Planting(route, land);

  it("lies below the road, on it and beside it", () => {
    const here = newAxisPoint();
    for (let station = 0; station < route.axis.length; station += 9) {
      const { x, y, z, heading, bank } = route.axis.at(station, here);
      for (const offset of [-route.edge - 2, -3, 0, 3, route.edge + 2]) {
        const { height } = land.at(x - offset * Math.sin(heading), y + offset * Math.cos(heading));
        expect(height).toBeLessThan(z + bank * offset - 0.3);
      }
    }
  });

  it("has nothing on the road, and enough beside it", () => {
    const place = { station: 0, offset: 0 };
    for (const { x, y } of [...planting.plants, ...planting.houses]) {
      expect(Math.abs(route.axis.locate(x, y, place).offset)).toBeGreaterThan(route.edge + 1);
    }
    expect(planting.plants.length).toBeGreaterThan(250);
    expect(planting.plants.length).toBeLessThan(7000);
    for (const { z, x, y } of [...planting.plants, ...planting.houses]) {
      for (const value of [x, y, z]) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it("is the mirror image where one drives on the left", () => {
    const left = new Route(name, "left");
    const mirrored = new Planting(left, new Land(left));
    expect(mirrored.plants.length).toBe(planting.plants.length);
    planting.plants.forEach((plant, i) => {
      if (i % 40 !== 0) return;
      expect(mirrored.plants[i]!.x).toBeCloseTo(plant.x, 6);
      expect(mirrored.plants[i]!.y).toBeCloseTo(-plant.y, 6);
      expect(mirrored.plants[i]!.z).toBeCloseTo(plant.z, 6);
    });
  });
});

describe("an island", () => {
  it("has sea on the side on which one drives and land on the other", () => {
    const route = new Route("coast", "right");
    const land = new Land(route);
    const here = newAxisPoint();
    for (let station = 0; station < route.axis.length; station += 20) {
      const { x, y, heading } = route.axis.at(station, here);
      const at = (offset: number): number => land.at(x - offset * Math.sin(heading), y + offset * Math.cos(heading)).height;
      expect(at(-70)).toBeLessThan(0);
      expect(at(25)).toBeGreaterThan(1);
    }
  });
});
