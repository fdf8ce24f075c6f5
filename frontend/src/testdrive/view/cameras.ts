/** Four ways to look: behind the car, over its bonnet, from the driver's seat, from the side. All follow softly. */

import { type PerspectiveCamera, Vector3 } from "three";
import type { DrivingSide } from "../routes/route";

export const VIEWS = ["chase", "bonnet", "inside", "side"] as const;
export type View = (typeof VIEWS)[number];

/** How the car stands in the scene. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** rad to the left from the scene's x, as in the dynamics. */
  readonly yaw: number;
  /** m/s */
  readonly speed: number;
  /** Nose down, rad: of springs and road together. */
  readonly pitch: number;
}

interface Rig {
  /** m in the car's frame: ahead, left, up. */
  readonly eye: readonly [number, number, number];
  readonly aim: readonly [number, number, number];
  readonly angle: number;
  /** 1/s with which the camera follows the car's heading; Infinity: it sits in the car. */
  readonly follow: number;
}

const RIGS: Readonly<Record<View, Rig>> = {
  chase: { eye: [-6.3, 0, 2.05], aim: [5, 0, 0.95], angle: 52, follow: 5 },
  bonnet: { eye: [0.55, 0, 1.26], aim: [14, 0, 0.9], angle: 60, follow: Infinity },
  inside: { eye: [-0.28, 0.36, 1.17], aim: [6, 0.12, 0.86], angle: 66, follow: Infinity },
  side: { eye: [-0.6, 6.4, 1.4], aim: [0.9, 0, 0.75], angle: 44, follow: 9 },
};
const SPEED_PULL = 0.028; // m back for each m/s: speed is felt
const TALL = 1.6; // m further back on an upright screen

export class CameraMan {
  view: View = "chase";
  /** -1 to 1: how far one looks to the left; 2: back. */
  look = 0;
  /** Where the driver's eyes are, m ahead, left and up of the middle between the axles. */
  seat: readonly [number, number, number] = RIGS.inside.eye;
  #yaw: number | null = null;
  readonly #aim = new Vector3();

  constructor(
    readonly camera: PerspectiveCamera,
    readonly wheelOn: DrivingSide,
  ) {}

  next(): View {
    this.view = VIEWS[(VIEWS.indexOf(this.view) + 1) % VIEWS.length]!;
    this.#yaw = null;
    return this.view;
  }

  /** Put the camera where it belongs for a pose, some seconds after the last time. */
  place(pose: Pose, seconds: number): void {
    const { camera } = this;
    const rig = RIGS[this.view];
    this.#followYaw(pose.yaw, rig.follow, seconds);
    const look = this.look === 2 ? Math.PI : this.look * 1.25;
    const isOutside = Number.isFinite(rig.follow);
    const yaw = this.#yaw! + look;
    const mirror = this.wheelOn === "right" ? -1 : 1; // from the side: never beyond the road's own edge
    const pull = isOutside ? pose.speed * SPEED_PULL + (camera.aspect < 1 ? TALL : 0) : 0;
    const [ahead, left, up] = this.view === "inside" ? this.seat : rig.eye;
    const around = isOutside ? yaw : pose.yaw;
    put(camera.position, pose, around, ahead - (this.view === "side" ? 0 : pull), mirror * left * (this.view === "side" ? 1 + pull / 8 : 1), up);
    const [aimAhead, aimLeft, aimUp] = rig.aim;
    put(this.#aim, pose, yaw, aimAhead, mirror * aimLeft, aimUp - (isOutside ? 0 : aimAhead * Math.tan(pose.pitch)));
    camera.lookAt(this.#aim);
    const angle = rig.angle + (camera.aspect < 1 ? 12 : 0) + Math.min(7, pose.speed * 0.16);
    if (Math.abs(angle - camera.fov) > 0.05) {
      camera.fov = angle;
      camera.updateProjectionMatrix();
    }
  }

  #followYaw(yaw: number, follow: number, seconds: number): void {
    if (this.#yaw === null || !Number.isFinite(follow)) {
      this.#yaw = yaw;
      return;
    }
    const turn = Math.atan2(Math.sin(yaw - this.#yaw), Math.cos(yaw - this.#yaw));
    this.#yaw += turn * (1 - Math.exp(-follow * seconds));
  }
}

function put(target: Vector3, pose: Pose, yaw: number, ahead: number, left: number, up: number): void {
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  target.set(pose.x + ahead * cos - left * sin, pose.y + up, pose.z - (ahead * sin + left * cos));
}
