/**
 * A car that was read from a file of the studio: what a choice shows, what opens, what turns, what shines.
 *
 * Axes are those of glTF: y up, the nose towards +z, metres, the origin on the ground between the axles. The file says by
 * `extras` what can be done with a node; nothing here knows a certain car.
 */

import { Box3, type BufferGeometry, type Material, type Mesh, MeshStandardMaterial, type Object3D, Quaternion, Vector3 } from "three";

import { isThere, type RangedGeometry, rangesOf, type When } from "./ranges";

/** The value that was chosen for each feature; features that are not named show the file's default. */
export type Choices = Readonly<Record<string, string>>;

/** A primitive whose material follows choices: `feature:value` to the material that it takes. */
export interface Variants {
  readonly mesh: Mesh;
  readonly usual: Material;
  readonly byChoice: ReadonlyMap<string, Material>;
}

/** What a car file says beyond its geometry. */
export interface CarParts {
  readonly root: Object3D;
  readonly variants: readonly Variants[];
  readonly materials: readonly Material[];
}

/** Lamps by the name of their material. A level of 1 is the strength that the file gives them. */
export type Lamp = "daylight" | "beam" | "tail_light" | "indicator" | "reverse";
export const LAMPS: readonly Lamp[] = ["daylight", "beam", "tail_light", "indicator", "reverse"];

const WHEELS = ["wheel_FL", "wheel_FR", "wheel_RL", "wheel_RR"] as const;
const UP = new Vector3(0, 1, 0);
const AXLE = new Vector3(1, 0, 0);
const RADIANS = Math.PI / 180;

/** A node that turns about its own origin, and where it stood in the file. */
class Hinge {
  readonly #rest: Quaternion;
  readonly #turn = new Quaternion();

  constructor(
    readonly node: Object3D,
    readonly axis: Vector3,
    readonly degrees: number,
  ) {
    this.#rest = node.quaternion.clone();
  }

  turn(radians: number): void {
    this.node.quaternion.copy(this.#rest).multiply(this.#turn.setFromAxisAngle(this.axis, radians));
  }
}

class Wheel {
  readonly #rest: Quaternion;
  readonly #turn = new Quaternion();
  readonly isFront: boolean;

  constructor(readonly node: Object3D) {
    this.#rest = node.quaternion.clone();
    this.isFront = node.name.startsWith("wheel_F");
  }

  /** Rolling by `spin` about the axle, the axle turned by `steering` to the left; both in radians. */
  turn(spin: number, steering: number): void {
    this.node.quaternion.setFromAxisAngle(UP, this.isFront ? steering : 0);
    this.node.quaternion.multiply(this.#turn.setFromAxisAngle(AXLE, spin)).multiply(this.#rest);
  }
}

export class Car {
  readonly root: Object3D;
  readonly #variants: readonly Variants[];
  readonly #materials: ReadonlyMap<string, readonly Material[]>;
  readonly #all: readonly Material[];
  readonly #features: readonly string[];
  readonly #defaults: Choices;
  readonly #conditional: readonly (readonly [Object3D, When])[];
  readonly #ranged: readonly (readonly [RangedGeometry, readonly Mesh[]])[];
  readonly #openings = new Map<string, Hinge>();
  readonly #strengths = new Map<MeshStandardMaterial, number>();
  readonly #wheels: readonly Wheel[];
  readonly #steering: readonly Hinge[];

  constructor({ root, variants, materials }: CarParts) {
    this.root = root;
    this.#variants = variants;
    this.#all = materials;
    this.#materials = byName(materials);
    this.#features = textsIn(root.userData["features"]);
    this.#defaults = isChoices(root.userData["defaults"]) ? root.userData["defaults"] : {};
    this.#conditional = conditions(root);
    this.#ranged = rangedGeometries(root);
    for (const hinge of hinges(root, "opens")) this.#openings.set(hinge.node.name, hinge);
    this.#steering = hinges(root, "turns");
    this.#wheels = WHEELS.map((name) => root.getObjectByName(name))
      .filter((node) => node !== undefined)
      .map((node) => new Wheel(node));
    for (const lamp of LAMPS) {
      for (const material of this.materials(lamp)) {
        if (material instanceof MeshStandardMaterial) this.#strengths.set(material, material.emissiveIntensity);
      }
    }
    this.choose({});
  }

  /** The materials of one name: several, where a choice gives the part another one. */
  materials(name: string): readonly Material[] {
    return this.#materials.get(name) ?? [];
  }

  /** Every material that this car may show, whatever is chosen. */
  get everyMaterial(): readonly Material[] {
    return this.#all;
  }

  /** Show what was chosen. Of several choices that give a part its material, the later feature of the file's list wins. */
  choose(choices: Choices): void {
    const value = (feature: string) => choices[feature] ?? this.#defaults[feature];
    for (const { mesh, usual, byChoice } of this.#variants) {
      mesh.material = usual;
      for (const feature of this.#features) mesh.material = byChoice.get(`${feature}:${value(feature)}`) ?? mesh.material;
    }
    for (const [node, when] of this.#conditional) node.visible = isThere(when, value);
    for (const [geometry, meshes] of this.#ranged) {
      const isShown = geometry.choose(value);
      for (const mesh of meshes) mesh.visible = isShown;
    }
  }

  /** The nodes of the wheels, front left first, each at its hub. */
  get wheels(): readonly Object3D[] {
    return this.#wheels.map((wheel) => wheel.node);
  }

  /** Names of the nodes that open: doors, tailgate. */
  get openings(): readonly string[] {
    return [...this.#openings.keys()];
  }

  /** Open a door or the tailgate: 0 closed, 1 as far as it goes. A name that this car lacks changes nothing. */
  open(name: string, share: number): void {
    const hinge = this.#openings.get(name);
    hinge?.turn(hinge.degrees * RADIANS * Math.min(1, Math.max(0, share)));
  }

  /** Turn the wheels: rolled forward by `spin`, steered to the left by `steering`, both in radians. */
  turnWheels(spin: number, steering: number): void {
    for (const wheel of this.#wheels) wheel.turn(spin, steering);
  }

  /** Turn the steering wheel to the left, radians. */
  turnSteeringWheel(radians: number): void {
    for (const wheel of this.#steering) wheel.turn(radians);
  }

  /** Where the driver's eyes are, on the side where a steering wheel is shown; undefined where there is none, or no word of them. */
  get eye(): Vector3 | undefined {
    const shown = this.#steering.find(({ node }) => isShown(node));
    const [x, y, z] = numbersIn(this.root.userData["eye"]);
    if (!shown || x === undefined || y === undefined || z === undefined) return undefined;
    const side = Math.sign(boundsOf(shown.node).getCenter(new Vector3()).x);
    return new Vector3(side * Math.abs(x), y, z);
  }

  /** Light a kind of lamp: 0 off, 1 as the file has it; brake lights go above 1. */
  light(lamp: Lamp, level: number): void {
    for (const material of this.materials(lamp)) {
      if (!(material instanceof MeshStandardMaterial)) continue;
      material.emissiveIntensity = (this.#strengths.get(material) ?? 1) * level;
    }
  }

  /** The space that the car fills as it is shown, with what is open. */
  bounds(): Box3 {
    return boundsOf(this.root);
  }

  /** The space of one node with what hangs on it; undefined where the car lacks it. */
  boundsOf(name: string): Box3 | undefined {
    const node = this.root.getObjectByName(name);
    return node && boundsOf(node);
  }

  /** Give back what the graphics card holds for it. */
  dispose(): void {
    this.root.traverse((node) => {
      if ("geometry" in node) (node as Mesh).geometry.dispose();
    });
    for (const material of this.#all) material.dispose();
    this.root.removeFromParent();
  }
}

function isShown(node: Object3D): boolean {
  for (let above: Object3D | null = node; above; above = above.parent) if (!above.visible) return false;
  let holds = false;
  node.traverseVisible((below) => (holds ||= "isMesh" in below));
  return holds;
}

function boundsOf(root: Object3D): Box3 {
  root.updateWorldMatrix(true, true);
  const bounds = new Box3();
  root.traverseVisible((node) => {
    if ("geometry" in node) bounds.expandByObject(node);
  });
  return bounds;
}

function byName(materials: readonly Material[]): Map<string, Material[]> {
  const found = new Map<string, Material[]>();
  for (const material of materials) found.set(material.name, [...(found.get(material.name) ?? []), material]);
  return found;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}

function numbersIn(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((number) => typeof number === "number") : [];
}

function isChoices(value: unknown): value is Choices {
  return typeof value === "object" && value !== null && Object.values(value).every((text) => typeof text === "string");
}

/** Nodes that are shown only for certain values, by the `when` of their extras. */
function conditions(root: Object3D): [Object3D, When][] {
  const found: [Object3D, When][] = [];
  root.traverse((node) => {
    const when: unknown = node.userData["when"];
    if (typeof when !== "object" || when === null) return;
    found.push([node, Object.fromEntries(Object.entries(when).map(([name, values]) => [name, textsIn(values)]))]);
  });
  return found;
}

/** Geometries of which choices show ranges, with the meshes that share each. */
function rangedGeometries(root: Object3D): [RangedGeometry, Mesh[]][] {
  const found = new Map<BufferGeometry, [RangedGeometry, Mesh[]]>();
  root.traverse((node) => {
    if (!("isMesh" in node)) return;
    const mesh = node as Mesh;
    const ranged = found.get(mesh.geometry)?.[0] ?? rangesOf(mesh.geometry);
    if (ranged) found.set(mesh.geometry, [ranged, [...(found.get(mesh.geometry)?.[1] ?? []), mesh]]);
  });
  return [...found.values()];
}

/** Nodes with an axis in the given extra: `opens` for doors, `turns` for the steering wheel. */
function hinges(root: Object3D, extra: "opens" | "turns"): Hinge[] {
  const found: Hinge[] = [];
  root.traverse((node) => {
    const told = node.userData[extra] as { axis?: number[]; degrees?: number } | undefined;
    const [x, y, z] = told?.axis ?? [];
    if (x === undefined || y === undefined || z === undefined) return;
    found.push(new Hinge(node, new Vector3(x, y, z).normalize(), told?.degrees ?? 0));
  });
  return found;
}
