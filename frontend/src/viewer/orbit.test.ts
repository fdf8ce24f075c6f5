/** The camera: arrives where it is sent, the short way round, within its limits; every view has the whole car in its middle. */

import { Box3, PerspectiveCamera, Vector3 } from "three";
import { describe, expect, it } from "vitest";
import { Orbit, type Pose } from "./orbit";
import { poseOf, VIEWS } from "./views";

const LIMITS = { elevation: [0, 1] as const, distance: [4, 12] as const };
const pose = (over: Partial<Pose>): Pose => ({ azimuth: 0, elevation: 0.1, distance: 8, target: new Vector3(), field: 0.4, ...over });
const CAR = new Box3(new Vector3(-0.93, 0, -2.1), new Vector3(0.93, 1.48, 1.95));

function settle(orbit: Orbit): number {
  let frames = 0;
  while (orbit.step(1 / 60)) frames += 1;
  return frames;
}

describe("an orbit", () => {
  it("arrives within two seconds and then rests", () => {
    const orbit = new Orbit(pose({}), LIMITS);
    orbit.goTo(pose({ azimuth: 2, distance: 5 }), LIMITS, false);
    expect(settle(orbit)).toBeLessThan(240);
    expect(orbit.step(1 / 60)).toBe(false);
  });

  it("jumps when less motion is asked for", () => {
    const orbit = new Orbit(pose({}), LIMITS);
    orbit.goTo(pose({ azimuth: 2 }), LIMITS, true);
    expect(orbit.step(1 / 60)).toBe(false);
  });

  it("takes the short way round", () => {
    const orbit = new Orbit(pose({ azimuth: 6 }), LIMITS);
    orbit.goTo(pose({ azimuth: 0.2 }), LIMITS, false);
    expect(Math.abs(orbit.goal.azimuth - 6)).toBeLessThan(Math.PI);
  });

  it("stays within its limits, whatever is asked", () => {
    const orbit = new Orbit(pose({}), LIMITS);
    for (const [angle, factor] of [[9, 100], [-9, 0.001], [0.3, 1]] as const) {
      orbit.turn(angle, angle);
      orbit.zoom(factor);
      expect(orbit.goal.elevation).toBeGreaterThanOrEqual(0);
      expect(orbit.goal.elevation).toBeLessThanOrEqual(1);
      expect(orbit.goal.distance).toBeGreaterThanOrEqual(4);
      expect(orbit.goal.distance).toBeLessThanOrEqual(12);
    }
  });

  it("does not overshoot after an hour of sleep", () => {
    const orbit = new Orbit(pose({}), LIMITS);
    orbit.goTo(pose({ azimuth: 1 }), LIMITS, false);
    orbit.step(3600);
    expect(orbit.step(0)).toBe(false);
  });

  it("knows where the horizon is: in the middle when level, above it from higher up", () => {
    expect(new Orbit(pose({ elevation: 0 }), LIMITS).horizon).toBeCloseTo(0.5);
    expect(new Orbit(pose({ elevation: 0.2 }), LIMITS).horizon).toBeCloseTo(0);
  });
});

describe("the views", () => {
  it.each(VIEWS.flatMap((view) => [0.8, 1.6, 2.4].map((aspect) => [view, aspect] as const)))("%s, %d wide to high", (view, aspect) => {
    const eye = new Vector3(0.36, 1.15, -0.2);
    const { pose: found, limits } = poseOf(view, CAR, eye, aspect);
    const camera = new PerspectiveCamera(22, aspect);
    new Orbit(found, limits).place(camera);
    camera.updateMatrixWorld();
    if (view === "interior") {
      expect(CAR.containsPoint(camera.position)).toBe(true);
      expect(new Vector3(0.36, 1, 0.4).project(camera).z).toBeLessThan(1); // the steering wheel is ahead
      return;
    }
    const seen = new Box3();
    for (const x of [-0.9, 0.9]) for (const z of [-1.9, 1.8]) seen.expandByPoint(new Vector3(x, 0.4, z).project(camera));
    expect(Math.abs(seen.min.x + seen.max.x) / 2).toBeLessThan(0.2);
    if (view !== "boot") expect(Math.max(-seen.min.x, seen.max.x)).toBeLessThan(1);
    expect(Math.max(-seen.min.x, seen.max.x, -seen.min.y, seen.max.y)).toBeGreaterThan(0.4);
  });

  it("shows a car that does not say where the driver sits from the front", () => {
    expect(poseOf("interior", CAR, undefined, 1.6)).toEqual(poseOf("front", CAR, undefined, 1.6));
  });
});
