/** A camera round a car: where it is, where it is going, and how it gets there softly. */

import { type PerspectiveCamera, Vector3 } from "three";

/** A place to look from. Azimuth 0 is ahead of the nose and grows to the car's left; angles in radians, lengths in metres. */
export interface Pose {
  readonly azimuth: number;
  readonly elevation: number;
  readonly distance: number;
  readonly target: Vector3;
  /** Vertical angle of the picture, radians. */
  readonly field: number;
}

export interface Limits {
  readonly elevation: readonly [number, number];
  readonly distance: readonly [number, number];
}

const TURN = Math.PI * 2;
const FOLLOWING = 0.07; // s, time constant behind a finger
const TRAVELLING = 0.32; // s, from one view to another
const STILL = 1e-4; // rad and m below which nothing moves any more

export class Orbit {
  #now: Pose;
  #goal: Pose;
  #constant = TRAVELLING;

  constructor(
    start: Pose,
    public limits: Limits,
  ) {
    this.#now = this.#goal = start;
  }

  get goal(): Pose {
    return this.#goal;
  }

  /** Turn by angles, as far as the limits allow: to the car's left, and up. */
  turn(azimuth: number, elevation: number): void {
    const [lowest, highest] = this.limits.elevation;
    this.#constant = FOLLOWING;
    this.#goal = {
      ...this.#goal,
      azimuth: this.#goal.azimuth + azimuth,
      elevation: Math.min(highest, Math.max(lowest, this.#goal.elevation + elevation)),
    };
  }

  /** Go nearer (a factor below 1) or further. */
  zoom(factor: number): void {
    const [nearest, furthest] = this.limits.distance;
    this.#constant = FOLLOWING;
    this.#goal = { ...this.#goal, distance: Math.min(furthest, Math.max(nearest, this.#goal.distance * factor)) };
  }

  /** Travel to a pose, the short way round; `at once` for those who asked for less motion. */
  goTo(pose: Pose, limits: Limits, atOnce: boolean): void {
    const turns = Math.round((this.#now.azimuth - pose.azimuth) / TURN);
    this.#constant = TRAVELLING;
    this.limits = limits;
    this.#goal = { ...pose, azimuth: pose.azimuth + turns * TURN };
    if (atOnce) this.#now = this.#goal;
  }

  /** Move on by some seconds. True while there is way to go. */
  step(seconds: number): boolean {
    const share = 1 - Math.exp(-Math.max(0, seconds) / this.#constant);
    const [now, goal] = [this.#now, this.#goal];
    const far = Math.max(
      Math.abs(goal.azimuth - now.azimuth),
      Math.abs(goal.elevation - now.elevation),
      Math.abs(goal.distance - now.distance),
      Math.abs(goal.field - now.field),
      goal.target.distanceTo(now.target),
    );
    if (far < STILL) {
      this.#now = goal;
      return false;
    }
    const mix = (from: number, to: number) => from + (to - from) * share;
    this.#now = {
      azimuth: mix(now.azimuth, goal.azimuth),
      elevation: mix(now.elevation, goal.elevation),
      distance: mix(now.distance, goal.distance),
      field: mix(now.field, goal.field),
      target: now.target.clone().lerp(goal.target, share),
    };
    return true;
  }

  /** Put a camera where the pose is now. */
  place(camera: PerspectiveCamera): void {
    const { target, distance, field } = this.#now;
    camera.position.copy(directionOf(this.#now)).multiplyScalar(distance).add(target);
    camera.fov = (field * 180) / Math.PI;
    camera.lookAt(target);
    camera.updateProjectionMatrix();
  }

  /** Where the horizon lies in the picture: 0 at its top, 1 at its foot. */
  get horizon(): number {
    return 0.5 - Math.tan(this.#now.elevation) / Math.tan(this.#now.field / 2) / 2;
  }
}

/** From the target to the camera. */
export function directionOf({ azimuth, elevation }: Pick<Pose, "azimuth" | "elevation">): Vector3 {
  const flat = Math.cos(elevation);
  return new Vector3(Math.sin(azimuth) * flat, Math.sin(elevation), Math.cos(azimuth) * flat);
}
