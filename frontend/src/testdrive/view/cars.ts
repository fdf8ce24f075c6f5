/** The others' cars, and the visitor's own where its file fails: a body by a few sections, glass, wheels, lamps. */

import {
  Color,
  InstancedMesh,
  type Material,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  type Object3D,
  PlaneGeometry,
  Vector3,
} from "three";
import { newAxisPoint } from "../routes/alignment";
import type { Route } from "../routes/route";
import type { Other, Traffic } from "../traffic/traffic";
import type { Light } from "./palette";
import { roadFrame, Shape } from "./shape";
import { softDisc } from "./softDisc";

const PAINTS = ["#c9c7bf", "#8e9598", "#3b4046", "#a33a32", "#5d7186", "#d9d5c9", "#6d7350", "#b8935b"].map((hex) => new Color(hex));
const WHITE = new Color("#ffffff");
const GLASS = new Color("#1d2429");
const RUBBER = new Color("#1b1b1b");
const RIM = new Color("#8b8e90");
const HEAD = new Color("#fff3d6");
const TAIL = new Color("#d8261c");
const TAIL_DIM = new Color("#6e1a16");
const HALF_WIDTH = 0.86;
const RING = 12; // corners of a section

/** A section across a car: m along from its middle to the nose, heights of its underside and top, half its width. */
type Section = readonly [along: number, low: number, high: number, half: number];

const CAR_BODY: readonly Section[] = [
  [-2.08, 0.42, 0.78, 0.66],
  [-2.0, 0.3, 0.95, 0.8],
  [-1.5, 0.24, 1.0, 0.86],
  [-0.3, 0.22, 0.98, 0.87],
  [0.9, 0.22, 0.94, 0.86],
  [1.6, 0.24, 0.84, 0.84],
  [1.98, 0.3, 0.72, 0.74],
  [2.08, 0.42, 0.6, 0.6],
];
const CAR_CABIN: readonly Section[] = [
  [-1.86, 0.92, 1.0, 0.72],
  [-1.5, 0.92, 1.38, 0.66],
  [-0.7, 0.92, 1.47, 0.65],
  [0.2, 0.92, 1.44, 0.65],
  [1.05, 0.9, 0.98, 0.72],
];
const VAN_BODY: readonly Section[] = [
  [-2.85, 0.36, 2.2, 0.88],
  [-2.8, 0.3, 2.36, 0.94],
  [1.1, 0.28, 2.36, 0.95],
  [1.75, 0.28, 1.55, 0.94],
  [2.6, 0.3, 1.1, 0.9],
  [2.8, 0.42, 0.8, 0.78],
];
const VAN_CABIN: readonly Section[] = [
  [0.5, 1.3, 2.0, 0.965],
  [1.2, 1.3, 2.1, 0.93],
  [1.95, 1.3, 1.42, 0.88],
];

export interface CarShapes {
  readonly paint: Shape;
  readonly dark: Shape;
  readonly lamps: Shape;
}

/** A car around the middle of its wheelbase, its nose towards +z. */
export function shapeCar(isVan: boolean): CarShapes {
  const paint = new Shape();
  const dark = new Shape();
  const lamps = new Shape();
  loft(paint, isVan ? VAN_BODY : CAR_BODY, WHITE);
  loft(dark, isVan ? VAN_CABIN : CAR_CABIN, GLASS);
  if (!isVan) loft(paint, [[-1.5, 1.36, 1.41, 0.6], [-0.7, 1.43, 1.49, 0.6], [0.15, 1.42, 1.46, 0.6]], WHITE);
  const [front, rear] = isVan ? [1.75, -1.75] : [1.28, -1.3];
  for (const z of [front, rear]) {
    for (const side of [-1, 1]) {
      const x = side * (HALF_WIDTH - 0.18);
      dark.rod(new Vector3(x, 0.31, z), new Vector3(x + side * 0.2, 0.31, z), 0.31, 0.31, 12, RUBBER);
      dark.rod(new Vector3(x + side * 0.16, 0.31, z), new Vector3(x + side * 0.215, 0.31, z), 0.21, 0.02, 10, RIM);
    }
  }
  const [nose, back, high] = isVan ? [2.72, -2.87, 1.0] : [2.0, -2.07, 0.74];
  for (const side of [-1, 1]) {
    lamps.box(side * 0.58, isVan ? 0.86 : 0.66, nose, 0.3, 0.11, 0.12, HEAD);
    lamps.box(side * 0.62, high + 0.08, back, 0.26, isVan ? 0.4 : 0.12, 0.08, TAIL);
  }
  return { paint, dark, lamps };
}

/** Skin over sections: each is a rounded box. */
function loft(shape: Shape, sections: readonly Section[], colour: Color): void {
  const rings = sections.map(([along, low, high, half]) =>
    Array.from({ length: RING }, (_, i) => {
      const angle = (2 * Math.PI * (i + 0.5)) / RING;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const round = (v: number): number => Math.sign(v) * Math.abs(v) ** 0.55;
      return new Vector3(half * round(c), (low + high) / 2 + ((high - low) / 2) * round(s), along);
    }),
  );
  const shade = (point: Vector3): Color => colour.clone().multiplyScalar(point.y < 0.5 ? 0.8 : 1);
  for (let k = 0; k + 1 < rings.length; k++) {
    for (let i = 0; i < RING; i++) {
      const j = (i + 1) % RING;
      const [a, b, c, d] = [rings[k]![i]!, rings[k]![j]!, rings[k + 1]![j]!, rings[k + 1]![i]!];
      shape.face([a, d, c, b], shade(a), shade(b));
    }
  }
  shape.face([...rings[0]!].reverse(), colour);
  shape.face(rings.at(-1)!, colour);
}

/** A soft dark patch below a car. */
export function makeContactShadow(): { geometry: PlaneGeometry; material: MeshBasicMaterial } {
  const map = softDisc([[0, "rgba(8,10,12,0.82)"], [0.6, "rgba(8,10,12,0.5)"], [1, "rgba(8,10,12,0)"]], 8);
  const material = new MeshBasicMaterial({ map, transparent: true, depthWrite: false, polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -2 });
  return { geometry: new PlaneGeometry(2.5, 5).rotateX(-Math.PI / 2), material };
}

/** The visitor's car where no file came: grey enough to be no other car, in the colour that was chosen. */
export function makeStandIn(colour: string): Object3D {
  const shapes = shapeCar(false);
  const paint = new MeshStandardMaterial({ color: colour, vertexColors: true, roughness: 0.35, metalness: 0.3 });
  const car = new Mesh(shapes.paint.geometry(), paint);
  car.add(new Mesh(shapes.dark.geometry(), new MeshStandardMaterial({ vertexColors: true, roughness: 0.3 })));
  car.add(new Mesh(shapes.lamps.geometry(), new MeshBasicMaterial({ vertexColors: true })));
  return car;
}

interface Fleet {
  readonly members: readonly Other[];
  readonly paint: InstancedMesh;
  readonly dark: InstancedMesh;
  readonly lamps: InstancedMesh;
}

export class OthersView {
  readonly #fleets: readonly Fleet[];
  readonly #shadows: InstancedMesh;
  readonly #traffic: Traffic;
  readonly #route: Route;
  readonly #isNight: boolean;

  constructor(scene: Object3D, traffic: Traffic, route: Route, light: Light) {
    this.#traffic = traffic;
    this.#route = route;
    this.#isNight = light.lamps > 0.5;
    const paint = new MeshStandardMaterial({ vertexColors: true, roughness: 0.38, metalness: 0.25, envMapIntensity: 0.8 });
    const dark = new MeshStandardMaterial({ vertexColors: true, roughness: 0.25, envMapIntensity: 0.7 });
    const lamps = new MeshBasicMaterial({ vertexColors: true });
    this.#fleets = [false, true].map((isVan) => this.#makeFleet(scene, isVan, [paint, dark, lamps]));
    const { geometry, material } = makeContactShadow();
    this.#shadows = new InstancedMesh(geometry, material, traffic.others.length);
    this.#shadows.frustumCulled = false;
    scene.add(this.#shadows);
  }

  #makeFleet(scene: Object3D, isVan: boolean, materials: readonly Material[]): Fleet {
    const members = this.#traffic.others.filter((one) => one.isVan === isVan);
    const shapes = shapeCar(isVan);
    const [paint, dark, lamps] = [shapes.paint, shapes.dark, shapes.lamps].map((shape, i) => {
      const mesh = new InstancedMesh(shape.geometry(), materials[i]!, Math.max(1, members.length));
      mesh.frustumCulled = false;
      mesh.count = members.length;
      scene.add(mesh);
      return mesh;
    });
    members.forEach((other, i) => {
      paint!.setColorAt(i, PAINTS[Math.floor(other.tint * PAINTS.length)]!);
      lamps!.setColorAt(i, WHITE);
    });
    return { members, paint: paint!, dark: dark!, lamps: lamps! };
  }

  update(): void {
    let shadow = 0;
    for (const { members, paint, dark, lamps } of this.#fleets) {
      members.forEach((other, i) => {
        const matrix = placeOther(this.#route, other);
        for (const mesh of [paint, dark, lamps]) mesh.setMatrixAt(i, matrix);
        const isBraking = other.acceleration < -0.6;
        lamps.setColorAt(i, isBraking ? WHITE : this.#isNight ? NIGHT_TINT : TAIL_DIM_TINT);
        this.#shadows.setMatrixAt(shadow++, matrix);
      });
      for (const mesh of [paint, dark, lamps]) mesh.instanceMatrix.needsUpdate = true;
      if (lamps.instanceColor) lamps.instanceColor.needsUpdate = true;
    }
    this.#shadows.instanceMatrix.needsUpdate = true;
  }
}

const NIGHT_TINT = new Color(0.8, 0.72, 0.72);
const TAIL_DIM_TINT = new Color(0.62, 0.62, 0.62).lerp(TAIL_DIM, 0.1);

function placeOther(route: Route, other: Other): Matrix4 {
  const matrix = roadFrame(route, other.station, route.lane(other.lane, other.direction));
  const { grade, bank } = route.axis.at(other.station, here);
  matrix.multiply(lean.makeRotationX(-Math.atan(grade))).multiply(lean.makeRotationZ(Math.atan(bank)));
  return other.direction === 1 ? matrix : matrix.multiply(about);
}
const here = newAxisPoint();
const lean = new Matrix4();
const about = new Matrix4().makeRotationY(Math.PI);
