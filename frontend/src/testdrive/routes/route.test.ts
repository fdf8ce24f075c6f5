/** The roads: smooth, within what roads are, the same in the mirror; the table answers what the axis is. */

import { describe, expect, it } from "vitest";
import { newAxisPoint } from "./alignment";
import { Route, ROUTES, type RouteName } from "./route";

const LEAST_RADIUS: Record<RouteName, number> = { coast: 28, city: 12, motorway: 600 };
const MOST_GRADE: Record<RouteName, number> = { coast: 0.11, city: 0.05, motorway: 0.04 };

describe.each(ROUTES)("the route %s", (name) => {
  const route = new Route(name, "right");
  const { axis } = route;

  it("closes without a kink", () => {
    const before = newAxisPoint();
    const after = newAxisPoint();
    for (let station = 0; station < axis.length; station += axis.step) {
      axis.at(station, before);
      axis.at(station + axis.step, after);
      const moved = Math.hypot(after.x - before.x, after.y - before.y);
      expect(Math.abs(moved - axis.step)).toBeLessThan(0.02);
      const turned = Math.sin(after.heading - before.heading);
      expect(Math.abs(turned - ((before.curvature + after.curvature) / 2) * axis.step)).toBeLessThan(0.004);
      expect(Math.abs(after.z - before.z - ((before.grade + after.grade) / 2) * axis.step)).toBeLessThan(0.01);
    }
  });

  it("has no bend too tight and no slope too steep", () => {
    const here = newAxisPoint();
    for (let station = 0; station < axis.length; station += 2) {
      axis.at(station, here);
      expect(Math.abs(1 / here.curvature)).toBeGreaterThan(LEAST_RADIUS[name]);
      expect(Math.abs(here.grade)).toBeLessThan(MOST_GRADE[name]);
      expect(Math.abs(here.bank)).toBeLessThan(route.file.most_bank + 1e-9);
    }
  });

  it("finds the station and offset of every place on the road and beside it", () => {
    const here = newAxisPoint();
    const found = { station: 0, offset: 0 };
    const reach = Math.min(route.edge + 1, LEAST_RADIUS[name] - 4);
    for (let station = 0.7; station < axis.length; station += 7.3) {
      axis.at(station, here);
      for (const offset of [-reach, -1.7, 0, 3.1, reach]) {
        axis.locate(here.x - offset * Math.sin(here.heading), here.y + offset * Math.cos(here.heading), found);
        expect(Math.abs(axis.ahead(station, found.station))).toBeLessThan(0.02);
        expect(Math.abs(found.offset - offset)).toBeLessThan(0.01);
      }
    }
  });

  it("slopes as its heights say", () => {
    const ground = route.ground("day");
    const [a, b, c] = [1, 2, 3].map(() => ({ height: 0, slopeX: 0, slopeY: 0, friction: 1 }));
    const here = newAxisPoint();
    for (let station = 1; station < axis.length; station += 11) {
      const { x, y } = axis.at(station, here);
      ground.sample(x, y, a!);
      ground.sample(x + 0.5, y, b!);
      ground.sample(x, y + 0.5, c!);
      expect(Math.abs((b!.height - a!.height) / 0.5 - a!.slopeX)).toBeLessThan(0.012);
      expect(Math.abs((c!.height - a!.height) / 0.5 - a!.slopeY)).toBeLessThan(0.012);
    }
  });

  it("is as long as the page of the drive says (usine/testdrive/showing.py)", () => {
    expect(Math.round(axis.length)).toBe({ coast: 4468, city: 1657, motorway: 6688 }[name]);
  });

  it("is the mirror image where one drives on the left", () => {
    const left = new Route(name, "left");
    const [here, there] = [newAxisPoint(), newAxisPoint()];
    for (let station = 0; station < axis.length; station += 50) {
      axis.at(station, here);
      left.axis.at(station, there);
      expect(there.x).toBeCloseTo(here.x, 9);
      expect(there.y).toBeCloseTo(-here.y, 9);
      expect(there.bank).toBeCloseTo(-here.bank, 9);
    }
    expect(left.lane(0)).toBe(-route.lane(0));
    expect(route.lane(0)).toBeLessThan(0);
  });

  it("has limits in both units, the last of which holds up to the start", () => {
    expect(route.limit(0).at_m).toBe(0);
    expect(route.limit(axis.length - 1)).toBe(route.file.limits.at(-1));
    expect(new Route(name, "left", true).limitSpeed(0)).toBeCloseTo(route.limit(0).mph * 0.44704, 9);
    for (const one of [...route.file.limits, ...route.file.sights, ...route.file.lights]) {
      expect(one.at_m).toBeLessThan(axis.length);
    }
  });
});
