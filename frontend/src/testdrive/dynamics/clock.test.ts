/** The clock: no step is lost or done twice, and an hour of sleep is no hour of driving. */

import { describe, expect, it } from "vitest";
import { StepClock } from "./clock";

describe("a step clock", () => {
  it("does 120 steps a second at any frame rate", () => {
    for (const rate of [24, 59.94, 60, 144, 1000]) {
      const clock = new StepClock();
      let steps = 0;
      for (let frame = 0; frame < Math.round(10 * rate); frame++) steps += clock.steps(1 / rate);
      expect(Math.abs(steps - 1200 * (Math.round(10 * rate) / (10 * rate)))).toBeLessThanOrEqual(1);
      expect(clock.fraction).toBeGreaterThanOrEqual(0);
      expect(clock.fraction).toBeLessThan(1);
    }
  });

  it("makes up for a quarter of a second at most", () => {
    expect(new StepClock().steps(3600)).toBe(30);
    expect(new StepClock().steps(Infinity)).toBe(30);
  });

  it("takes no time backwards or that is no number", () => {
    expect(new StepClock().steps(-1)).toBe(0);
    expect(new StepClock().steps(NaN)).toBe(0);
  });
});
