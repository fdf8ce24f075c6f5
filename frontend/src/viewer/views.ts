/** The views that a viewer offers, worked out for any car from the space that it fills. */

import { type Box3, Vector3 } from "three";
import { directionOf, type Limits, type Pose } from "./orbit";

export const VIEWS = ["front", "side", "rear", "boot", "interior"] as const;
export type ViewName = (typeof VIEWS)[number];

const RADIANS = Math.PI / 180;
const FIELD = 22 * RADIANS; // a long lens: a car keeps its proportions
const CABIN_FIELD = 62 * RADIANS;
const OUTSIDE: Pick<Limits, "elevation"> = { elevation: [0.5 * RADIANS, 72 * RADIANS] };
const MARGIN = 1.08; // air round the car
const TO_THE_MIDDLE = 0.6; // of the driver's distance from it, so that the tablet is in the picture
const PASSES = 4; // each brings the middle nearer; the fourth moves it by less than a millimetre

interface Angle {
  readonly azimuth: number;
  readonly elevation: number;
  readonly nearness: number;
}

const ANGLES: Readonly<Record<Exclude<ViewName, "interior">, Angle>> = {
  front: { azimuth: 40, elevation: 7, nearness: 1 },
  side: { azimuth: 90, elevation: 3.5, nearness: 1 },
  rear: { azimuth: 146, elevation: 8, nearness: 1 },
  boot: { azimuth: 166, elevation: 14, nearness: 0.8 },
};

/** What is opened for a view; the rest is closed when the view is chosen. */
export function openedFor(view: ViewName): (part: string) => boolean {
  return (part) => view === "boot" && part.startsWith("tailgate");
}

/**
 * The pose of a view in a picture of the given width to height, and how far one may move from there. `eye` is where the
 * driver's eyes are; a car that does not say is seen from the front instead of from within.
 */
export function poseOf(view: ViewName, bounds: Box3, eye: Vector3 | undefined, aspect: number): { pose: Pose; limits: Limits } {
  if (view === "interior" && eye !== undefined) return fromTheSeat(eye);
  const { azimuth, elevation, nearness } = ANGLES[view === "interior" ? "front" : view];
  const angles = { azimuth: azimuth * RADIANS, elevation: elevation * RADIANS };
  const { target, distance } = fit(bounds, angles, aspect);
  const pose = { ...angles, distance: distance * nearness, target, field: FIELD };
  return { pose, limits: { ...OUTSIDE, distance: [distance * 0.42, distance * 1.5] } };
}

/** From where the driver looks, a little to the middle, ahead and slightly down; turning looks round. */
function fromTheSeat(eye: Vector3): { pose: Pose; limits: Limits } {
  const target = eye.clone().setX(eye.x * TO_THE_MIDDLE);
  const pose = { azimuth: Math.PI, elevation: 9 * RADIANS, distance: 0.02, target, field: CABIN_FIELD };
  return { pose, limits: { elevation: [-35 * RADIANS, 40 * RADIANS], distance: [0.02, 0.02] } };
}

/**
 * From where the whole car just fills the picture, and what to aim at so that it stands in its middle: what stands out to
 * one side is nearer and looks larger, so the middle of the car is not the middle of its picture.
 */
export function fit(bounds: Box3, angles: Pick<Pose, "azimuth" | "elevation">, aspect: number): { target: Vector3; distance: number } {
  const towards = directionOf(angles);
  const right = new Vector3(0, 1, 0).cross(towards).normalize();
  const up = towards.clone().cross(right);
  const half = Math.tan(FIELD / 2) / MARGIN;
  const target = bounds.getCenter(new Vector3());
  const points = outline(bounds);
  let distance = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    const seen = points.map((point) => point.clone().sub(target));
    const wide = span(seen.map((point) => [point.dot(right), point.dot(towards)]), half * aspect);
    const high = span(seen.map((point) => [point.dot(up), point.dot(towards)]), half);
    distance = Math.max(wide.distance, high.distance);
    target.addScaledVector(right, wide.middle).addScaledVector(up, high.middle);
  }
  return { target, distance };
}

/** How far the camera must be for points (aside, towards) to lie within a lens of this half width, and their middle. */
function span(points: readonly (readonly [number, number])[], half: number): { distance: number; middle: number } {
  const upper = Math.max(...points.map(([aside, towards]) => towards + aside / half));
  const lower = Math.max(...points.map(([aside, towards]) => towards - aside / half));
  return { distance: (upper + lower) / 2, middle: ((upper - lower) / 2) * half };
}

/** A car is not a box: its corners above are cut away. Points at bumpers, tyres, mirrors and roof. */
function outline({ min, max }: Box3): Vector3[] {
  const centre = new Vector3().addVectors(min, max).multiplyScalar(0.5);
  const half = new Vector3().subVectors(max, min).multiplyScalar(0.5);
  const at = (x: number, y: number, z: number) => new Vector3(x, y, z).multiply(half).add(centre);
  const signs = [-1, 1];
  return signs.flatMap((x) =>
    signs.flatMap((z) => [at(0.7 * x, -0.7, z), at(0.9 * x, -1, 0.85 * z), at(0.62 * x, 1, 0.35 * z), at(x, 0.2, 0.45 * z)]),
  );
}
