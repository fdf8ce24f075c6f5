/** What changes by itself beside the road: traffic lights, the sails of turbines; and the signs of the limits. */

import {
  BoxGeometry,
  CanvasTexture,
  CircleGeometry,
  Color,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  type Object3D,
  SRGBColorSpace,
  Vector3,
} from "three";
import type { Limit, Route } from "../routes/route";
import type { Land } from "../scenery/land";
import { type Aspect, type Lights, STOP_LINE } from "../traffic/lights";
import { frameAt, onRoad, roadFrame } from "./shape";

const ASPECTS: readonly Aspect[] = ["red", "amber", "green"];
const SHINES: Readonly<Record<Aspect, Color>> = {
  red: new Color("#ff3b2a"),
  amber: new Color("#ffb52e"),
  green: new Color("#35e08a"),
};
const OFF = new Color("#20221f");
const SAIL = 24; // m
const TURN = 0.9; // rad/s

export class TrafficLightsView {
  readonly #mesh: InstancedMesh | null = null;
  readonly #lights: Lights;

  constructor(scene: Object3D, route: Route, lights: Lights) {
    this.#lights = lights;
    const count = lights.count * 12; // two posts for each direction, three lamps each
    if (count === 0) return;
    this.#mesh = new InstancedMesh(new CircleGeometry(0.115, 14), new MeshBasicMaterial(), count);
    this.#mesh.frustumCulled = false;
    let slot = 0;
    for (const { at_m } of route.file.lights) {
      for (const end of [-1, 1]) {
        for (const side of [-1, 1]) {
          for (const [row] of ASPECTS.entries()) this.#mesh.setMatrixAt(slot++, lampFrame(route, at_m, end, side, row));
        }
      }
    }
    scene.add(this.#mesh);
  }

  update(time: number): void {
    if (!this.#mesh) return;
    for (let slot = 0; slot < this.#mesh.count; slot++) {
      const aspect = ASPECTS[slot % 3]!;
      const isOn = this.#lights.aspect(Math.floor(slot / 12), time) === aspect;
      this.#mesh.setColorAt(slot, isOn ? SHINES[aspect] : OFF);
    }
    this.#mesh.instanceColor!.needsUpdate = true;
  }
}

/** A lamp looks at whoever comes towards it: before the crossing backwards, after it ahead. */
function lampFrame(route: Route, station: number, end: number, side: number, row: number): Matrix4 {
  const frame = roadFrame(route, station, 0);
  const lamp = new Matrix4().makeTranslation(side * (route.edge + 0.7), 3.05 - 0.3 * row, end * (STOP_LINE - 1.2) + end * 0.15);
  return frame.multiply(lamp).multiply(new Matrix4().makeRotationY(end > 0 ? 0 : Math.PI));
}

export class TurbinesView {
  readonly #sails: InstancedMesh | null = null;
  readonly #hubs: Matrix4[] = [];

  constructor(scene: Object3D, route: Route, land: Land) {
    for (const { at_m, away_m } of route.file.scenery.turbines) {
      const place = onRoad(route, at_m, route.side * away_m, 0);
      const { height } = land.at(place.x, -place.z);
      this.#hubs.push(frameAt(place.x, -place.z, height + 62.6, 0).multiply(new Matrix4().makeTranslation(0, 0, 2.6)));
    }
    if (this.#hubs.length === 0) return;
    const sail = new BoxGeometry(1.3, SAIL, 0.3).translate(0, SAIL / 2, 0);
    this.#sails = new InstancedMesh(sail, new MeshLambertMaterial({ color: "#efece3" }), 3 * this.#hubs.length);
    this.#sails.frustumCulled = false;
    scene.add(this.#sails);
  }

  update(time: number): void {
    this.#hubs.forEach((hub, i) => {
      for (let sail = 0; sail < 3; sail++) {
        turned.makeRotationZ(time * TURN + i * 1.3 + (sail * 2 * Math.PI) / 3).premultiply(hub);
        this.#sails!.setMatrixAt(3 * i + sail, turned);
      }
    });
    if (this.#sails) this.#sails.instanceMatrix.needsUpdate = true;
  }
}
const turned = new Matrix4();

/** A round sign where each limit begins, on the side on which one drives. */
export function putSigns(scene: Object3D, route: Route, isMiles: boolean): void {
  const known = new Map<number, MeshBasicMaterial>();
  const disc = new CircleGeometry(route.lanes > 1 ? 0.62 : 0.42, 28);
  for (const limit of route.file.limits) {
    const number = isMiles ? limit.mph : limit.km_h;
    const material = known.get(number) ?? new MeshBasicMaterial({ map: paintSign(limit, isMiles), transparent: true });
    known.set(number, material);
    const sign = new Mesh(disc, material);
    sign.applyMatrix4(roadFrame(route, limit.at_m + 6, route.side * (route.edge + 0.75)));
    sign.position.add(new Vector3(0, 2.2, 0));
    sign.rotateY(Math.PI);
    scene.add(sign);
  }
}

function paintSign(limit: Limit, isMiles: boolean): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 128;
  const context = canvas.getContext("2d")!;
  const disc = (radius: number, colour: string): void => {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(64, 64, radius, 0, 2 * Math.PI);
    context.fill();
  };
  disc(63, "#f4f2ea");
  disc(61, "#b8352c");
  disc(47, "#f4f2ea");
  context.fillStyle = "#161812";
  const text = String(isMiles ? limit.mph : limit.km_h);
  context.font = `600 ${text.length > 2 ? 44 : 58}px Archivo, Arial, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 64, 68);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}
