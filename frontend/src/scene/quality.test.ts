/** Quality steps: fewer pixels when frames are late, more when there is room, no swinging, an hour of sleep is no slow frame. */

import { describe, expect, it } from "vitest";
import { pixelSteps, Quality } from "./quality";

function frames(quality: Quality, milliseconds: number, count: number): void {
  for (let i = 0; i < count; i++) quality.measure(milliseconds);
}

describe("quality", () => {
  it("keeps the finest step while frames are in time", () => {
    const quality = new Quality([2, 1.5, 1]);
    frames(quality, 16.7, 1000);
    expect(quality.pixelRatio).toBe(2);
  });

  it("steps down to the coarsest and stays there", () => {
    const quality = new Quality([2, 1.5, 1]);
    frames(quality, 300, 1000);
    expect(quality.pixelRatio).toBe(1);
  });

  it("takes single long frames as what they are", () => {
    const quality = new Quality([2, 1]);
    for (let i = 0; i < 100; i++) frames(quality, i % 4 === 0 ? 200 : 16, 1);
    expect(quality.pixelRatio).toBe(2);
  });

  it("returns when there is room, and gives a step up that was late twice", () => {
    const quality = new Quality([2, 1]);
    frames(quality, 50, 12);
    expect(quality.pixelRatio).toBe(1);
    frames(quality, 16, 500);
    expect(quality.pixelRatio).toBe(2);
    frames(quality, 50, 12);
    frames(quality, 16, 5000);
    expect(quality.pixelRatio).toBe(1);
  });

  it("does not take an hour of sleep, or a clock that went back, for slow frames", () => {
    const quality = new Quality([2, 1]);
    for (const strange of [3_600_000, -5, 0, Number.NaN]) frames(quality, strange, 100);
    expect(quality.pixelRatio).toBe(2);
  });
});

describe("the steps of a screen", () => {
  it("never exceed the cap nor repeat themselves", () => {
    expect(pixelSteps(3, 2)).toEqual([2, 1.5, 1, 0.75, 0.5]);
    expect(pixelSteps(1, 2)).toEqual([1, 0.75, 0.5]);
    expect(pixelSteps(1.5, 2)).toEqual([1.5, 1, 0.75, 0.5]);
    expect(pixelSteps(0, 2)).toEqual([1, 0.75, 0.5]);
  });
});
