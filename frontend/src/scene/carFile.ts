/** Reading a car file: GLB, compressed by meshopt, unpacked in plain JavaScript so that no page needs wasm. */

import { MeshoptDecoder } from "meshopt-reference";
import type { Material, Mesh, Object3D } from "three";
import { type GLTF, GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { Car, type Variants } from "./car";

/** The file did not arrive, or is not a car file. The reason is for whoever mends it, not for the page's reader. */
export class CarFileFailed extends Error {
  override name = "CarFileFailed";
}

/** Fetch and read a car. Refuses with CarFileFailed; an aborted fetch refuses with its AbortError. */
export async function loadCar(address: string, signal?: AbortSignal): Promise<Car> {
  return readCar(await fetchFile(address, signal));
}

async function fetchFile(address: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  let answer: Response;
  try {
    answer = await fetch(address, signal ? { signal } : {});
    if (answer.ok) return await answer.arrayBuffer();
  } catch (error) {
    signal?.throwIfAborted();
    throw new CarFileFailed(`${address}: ${String(error)}`);
  }
  throw new CarFileFailed(`${address}: HTTP ${answer.status}`);
}

/** Read a car from the bytes of its file. */
export async function readCar(bytes: ArrayBuffer): Promise<Car> {
  const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
  let gltf: GLTF;
  try {
    gltf = await loader.parseAsync(bytes, "");
    return await assemble(gltf);
  } catch (error) {
    throw new CarFileFailed(`not a car file: ${String(error)}`);
  }
}

async function assemble(gltf: GLTF): Promise<Car> {
  const root = gltf.scene.children[0];
  if (root === undefined) throw new Error("the scene is empty");
  const materials = (await gltf.parser.getDependencies("material")) as Material[];
  const names = variantNames(gltf);
  const used = new Set<Material>();
  const variants: Variants[] = [];
  for (const mesh of meshesIn(root)) {
    const usual = mesh.material as Material;
    const byChoice = materialsByChoice(gltf, mesh, materials, names);
    for (const material of [usual, ...byChoice.values()]) used.add(material);
    if (byChoice.size > 0) variants.push({ mesh, usual, byChoice });
  }
  return new Car({ root, variants, materials: [...used] });
}

function meshesIn(root: Object3D): Mesh[] {
  const found: Mesh[] = [];
  root.traverse((node) => {
    if ("isMesh" in node) found.push(node as Mesh);
  });
  return found;
}

interface VariantsOfFile {
  readonly variants: readonly { readonly name: string }[];
}
interface VariantsOfMesh {
  readonly mappings: readonly { readonly material: number; readonly variants: readonly number[] }[];
}

function variantNames(gltf: GLTF): string[] {
  const extensions = gltf.userData["gltfExtensions"] as { KHR_materials_variants?: VariantsOfFile } | undefined;
  return extensions?.KHR_materials_variants?.variants.map((variant) => variant.name) ?? [];
}

/** What a primitive wears by `feature:value`; the loader makes each material fit the primitive's geometry. */
function materialsByChoice(gltf: GLTF, mesh: Mesh, materials: readonly Material[], names: readonly string[]): Map<string, Material> {
  const extensions = mesh.userData["gltfExtensions"] as { KHR_materials_variants?: VariantsOfMesh } | undefined;
  const usual = mesh.material;
  const found = new Map<string, Material>();
  for (const { material, variants } of extensions?.KHR_materials_variants?.mappings ?? []) {
    const wanted = materials[material];
    if (wanted === undefined) throw new Error(`no material ${material}`);
    mesh.material = wanted;
    gltf.parser.assignFinalMaterial(mesh);
    for (const variant of variants) found.set(names[variant] ?? "", mesh.material);
  }
  mesh.material = usual;
  return found;
}
