/**
 * Thousands of plants as a few draw calls: only those near the camera and within its sight are in the instances, near ones
 * finer than far ones. Looked through again a few times a second, not at every frame.
 */

import { type BufferGeometry, Color, DynamicDrawUsage, InstancedMesh, type Material, type Object3D, type Vector3 } from "three";
import type { Plant } from "../scenery/planting";
import { frameAt } from "./shape";

const NEAR = 60; // m up to which a plant is fine
const AROUND = 24; // m around the camera in which everything is kept: it turns
const SIGHT = 0.45; // cosine of half the widest view
const THIN_FROM = 190; // m from which only some are drawn: the haze hides the gaps
const THIN_SHARE = 0.5;

export interface Fineness {
  readonly geometry: BufferGeometry;
  readonly most: number;
}

export class Scatter {
  readonly #near: InstancedMesh;
  readonly #far: InstancedMesh;
  readonly #matrices: Float32Array;
  readonly #colours: Float32Array;
  readonly #plants: readonly Plant[];
  readonly #reach: number;

  constructor(plants: readonly Plant[], near: Fineness, far: Fineness, material: Material, reach: number) {
    this.#plants = plants;
    this.#reach = reach;
    this.#near = new InstancedMesh(near.geometry, material, near.most);
    this.#far = new InstancedMesh(far.geometry, material, far.most);
    this.#matrices = new Float32Array(16 * plants.length);
    this.#colours = new Float32Array(3 * plants.length);
    const colour = new Color();
    plants.forEach((plant, i) => {
      frameAt(plant.x, plant.y, plant.z, plant.turn, plant.size).toArray(this.#matrices, 16 * i);
      const bright = 0.82 + 0.36 * plant.tint;
      colour.setRGB(bright * (0.94 + 0.12 * plant.tint), bright, bright * (1.04 - 0.16 * plant.tint)).toArray(this.#colours, 3 * i);
    });
    for (const mesh of [this.#near, this.#far]) {
      mesh.setColorAt(0, colour);
      mesh.instanceMatrix.setUsage(DynamicDrawUsage);
      mesh.frustumCulled = false;
      mesh.count = 0;
    }
  }

  addTo(scene: Object3D): void {
    scene.add(this.#near, this.#far);
  }

  /** Choose whom to draw, for a camera in the scene. */
  choose(eye: Vector3, ahead: Vector3): void {
    let [near, far] = [0, 0];
    const reach2 = this.#reach ** 2;
    for (let i = 0; i < this.#plants.length; i++) {
      const dx = this.#matrices[16 * i + 12]! - eye.x;
      const dz = this.#matrices[16 * i + 14]! - eye.z;
      const away2 = dx * dx + dz * dz;
      if (away2 > reach2 || dx * ahead.x + dz * ahead.z < SIGHT * Math.sqrt(away2) - AROUND) continue;
      if (away2 > THIN_FROM ** 2 && this.#plants[i]!.tint > THIN_SHARE) continue;
      if (away2 < NEAR ** 2 && near < this.#near.instanceMatrix.count) this.#put(this.#near, near++, i);
      else if (far < this.#far.instanceMatrix.count) this.#put(this.#far, far++, i);
    }
    for (const [mesh, count] of [[this.#near, near], [this.#far, far]] as const) {
      mesh.count = count;
      mesh.visible = count > 0;
      mesh.instanceMatrix.needsUpdate = true;
      mesh.instanceColor!.needsUpdate = true;
    }
  }

  #put(mesh: InstancedMesh, slot: number, plant: number): void {
    mesh.instanceMatrix.array.set(this.#matrices.subarray(16 * plant, 16 * plant + 16), 16 * slot);
    mesh.instanceColor!.array.set(this.#colours.subarray(3 * plant, 3 * plant + 3), 3 * slot);
  }
}
