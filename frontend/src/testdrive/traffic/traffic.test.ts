/** The others: they keep their distance, halt at red, do not meet where they are put, and are the same each time. */

import { describe, expect, it } from "vitest";
import { Route, ROUTES } from "../routes/route";
import { CALM, follow } from "./following";
import { Lights } from "./lights";
import { SpeedProfile } from "./profile";
import { type Seen, Traffic } from "./traffic";

const STEP = 1 / 120;

describe("following", () => {
  it("neither speeds up nor slows down at the wish with a free road, nor in the distance that belongs to a speed", () => {
    expect(follow(CALM, 25, 25, Infinity, Infinity)).toBeCloseTo(0, 9);
    const speed = 12;
    const gap = (CALM.distance + speed * CALM.headway) / Math.sqrt(1 - (speed / 25) ** 4);
    expect(follow(CALM, speed, 25, gap, speed)).toBeCloseTo(0, 9); // the equilibrium of Treiber et al., eq. 7
  });

  it("brakes harder the faster it closes in, and never harder than tyres do", () => {
    expect(follow(CALM, 20, 25, 40, 10)).toBeLessThan(follow(CALM, 20, 25, 40, 18));
    expect(follow(CALM, 30, 25, 0.5, 0)).toBe(-8);
  });
});

describe("traffic lights", () => {
  const lights = new Lights(new Route("city", "right"));

  it("go from green over amber to red and again", () => {
    const seen = Array.from({ length: 35 }, (_, time) => lights.aspect(0, time + 0.5));
    expect(seen.filter((one, i) => one !== seen[i - 1])).toEqual(["green", "amber", "red"]);
    expect(lights.aspect(0, 35.5)).toBe("green");
  });

  it("stop both directions before the crossing, and nobody who is past it", () => {
    const red = 30;
    expect(lights.stopWithin(100, 150, 1, 5, red)).toBeCloseTo(31, 6);
    expect(lights.stopWithin(100, 230, -1, 5, red)).toBeCloseTo(31, 6);
    expect(lights.stopWithin(100, 195, 1, 5, red)).toBe(Infinity);
    expect(lights.stopWithin(100, 150, 1, 5, 5)).toBe(Infinity);
  });

  it("let whoever cannot stop any more pass at amber", () => {
    expect(lights.stopWithin(100, 171, 1, 14, 21)).toBe(Infinity);
    expect(lights.stopWithin(100, 141, 1, 14, 21)).toBeCloseTo(40, 6);
  });
});

describe("a speed profile", () => {
  it("is within the limit and brakes in time for the next one, either way", () => {
    const route = new Route("motorway", "right");
    for (const direction of [1, -1] as const) {
      const profile = new SpeedProfile(route, { across: 2, braking: 1.5 }, direction);
      for (let station = 0; station < route.axis.length; station += 10) {
        const here = profile.at(station);
        const next = profile.at(station + direction * 10);
        expect(here).toBeLessThanOrEqual(route.limitSpeed(station) + 1e-9);
        expect(here * here - next * next).toBeLessThan(2 * 1.5 * 12.1);
      }
    }
  });
});

describe.each(ROUTES)("traffic on the route %s", (name) => {
  const route = new Route(name, "right");
  const lights = new Lights(route);
  const run = (seed: number, check?: (traffic: Traffic) => void): Traffic => {
    const traffic = new Traffic(route, lights, seed, 24);
    const seen: Seen = { station: 24, offset: route.lane(0), speed: 0, length: 4 };
    for (let i = 0; i < 120 * 90; i++) {
      traffic.step(seen, i * STEP, STEP);
      if (i % 30 === 0) check?.(traffic);
    }
    return traffic;
  };

  it("nobody drives through anybody, the visitor's standing car among them", () => {
    run(5, (traffic) => {
      for (const one of traffic.others) {
        const { gap } = traffic.ahead(one.station, one.direction, one.lane, one.length, { station: 24, offset: route.lane(0), speed: 0, length: 4 }, one);
        expect(gap).toBeGreaterThan(0);
      }
    });
  });

  it("is moving, within reason, and the same for the same seed", () => {
    const once = run(5);
    const again = run(5);
    expect(again.others).toEqual(once.others);
    for (const { speed } of once.others) expect(speed).toBeLessThan(1.1 * 130 / 3.6);
    expect(once.others.some((one) => one.speed > 3)).toBe(true);
    expect(run(6).others).not.toEqual(once.others);
  });
});
