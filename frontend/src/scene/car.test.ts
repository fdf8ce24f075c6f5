/** Car files: read, compressed ones too; choices, doors, wheels and lamps do what the file says; broken files are refused. */

import { MeshoptEncoder } from "meshoptimizer/encoder";
import { type Mesh, type MeshStandardMaterial, Vector3 } from "three";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Car } from "./car";
import { CarFileFailed, loadCar, readCar } from "./carFile";

const TRIANGLE = new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]);

/** A file in miniature: a body whose paint follows colour and roof, a strip of one trim, a door, wheels and lamps. */
function description(): Record<string, unknown> {
  const named = (name: string) => ({ name, pbrMetallicRoughness: { baseColorFactor: [1, 1, 1, 1] } });
  const mesh = (material: number, mappings?: unknown[]) => ({
    primitives: [{ attributes: { POSITION: 0 }, material, ...(mappings && { extensions: { KHR_materials_variants: { mappings } } }) }],
  });
  const body = mesh(0, [
    { material: 1, variants: [0] },
    { material: 2, variants: [1] },
  ]);
  return {
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [
      {
        name: "car",
        children: [1, 2, 3, 4, 5, 6],
        extras: { features: ["colour", "roof"], defaults: { colour: "red", roof: "body", trim: "plain" } },
      },
      { name: "body", mesh: 0 },
      { name: "strip", mesh: 1, extras: { when: { trim: ["sport", "city"], roof: ["body"] } } },
      { name: "door_FL", mesh: 1, translation: [0.8, 0.5, 0.9], extras: { opens: { axis: [0, 1, 0], degrees: 60 } } },
      { name: "wheel_FL", mesh: 1, translation: [0.7, 0.3, 1.2] },
      { name: "wheel_RL", mesh: 1, translation: [0.7, 0.3, -1.3] },
      { name: "lamps", mesh: 2 },
    ],
    meshes: [body, mesh(3), mesh(4)],
    materials: [
      named("paint"),
      named("red"),
      named("black"),
      named("plain"),
      { ...named("tail_light"), emissiveFactor: [1, 0, 0], extensions: { KHR_materials_emissive_strength: { emissiveStrength: 3 } } },
    ],
    extensions: { KHR_materials_variants: { variants: [{ name: "colour:red" }, { name: "roof:black" }] } },
    extensionsUsed: ["KHR_materials_variants", "KHR_materials_emissive_strength"],
    accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: "VEC3", min: [0, 0, 0], max: [1, 1, 0] }],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    buffers: [{ byteLength: 36 }],
  };
}

/** The container of glTF: a header of 12 bytes, then a chunk of JSON and one of bytes, each of whole words. */
function glb(json: Record<string, unknown>, binary: Uint8Array): ArrayBuffer {
  const text = new TextEncoder().encode(JSON.stringify(json).padEnd((JSON.stringify(json).length + 3) & ~3));
  const rest = new Uint8Array((binary.length + 3) & ~3);
  rest.set(binary);
  const bytes = new Uint8Array(12 + 8 + text.length + 8 + rest.length);
  const view = new DataView(bytes.buffer);
  const words = [0x46546c67, 2, bytes.length, text.length, 0x4e4f534a];
  words.forEach((word, index) => view.setUint32(4 * index, word, true));
  bytes.set(text, 20);
  view.setUint32(20 + text.length, rest.length, true);
  view.setUint32(24 + text.length, 0x004e4942, true);
  bytes.set(rest, 28 + text.length);
  return bytes.buffer;
}

const plain = () => glb(description(), new Uint8Array(TRIANGLE.buffer));
const worn = (car: Car) => ((car.root.getObjectByName("body") as Mesh).material as MeshStandardMaterial).name;

describe("a car file", () => {
  let car: Car;
  beforeAll(async () => {
    car = await readCar(plain());
  });

  it("wears its defaults, then what is chosen, and the later feature wins", () => {
    expect(worn(car)).toBe("red");
    car.choose({ roof: "black" });
    expect(worn(car)).toBe("black");
    car.choose({ colour: "unknown", roof: "body" });
    expect(worn(car)).toBe("paint");
    car.choose({});
    expect(worn(car)).toBe("red");
  });

  it("shows a part only when every feature of its condition fits", () => {
    const strip = car.root.getObjectByName("strip");
    expect(strip?.visible).toBe(false);
    car.choose({ trim: "sport" });
    expect(strip?.visible).toBe(true);
    car.choose({ trim: "sport", roof: "black" });
    expect(strip?.visible).toBe(false);
  });

  it("opens doors about their hinge, as far as they go and no further", () => {
    expect(car.openings).toEqual(["door_FL"]);
    const edge = () => new Vector3(0, 0, -1).applyQuaternion(car.root.getObjectByName("door_FL")!.quaternion);
    car.open("door_FL", 7);
    expect(edge().angleTo(new Vector3(0, 0, -1))).toBeCloseTo(Math.PI / 3);
    car.open("door_FL", 0);
    expect(edge().z).toBeCloseTo(-1);
    expect(() => car.open("door_XX", 1)).not.toThrow();
  });

  it("rolls wheels forward and steers only the front ones, to the left", () => {
    const [front, rear] = ["wheel_FL", "wheel_RL"].map((name) => car.root.getObjectByName(name)!);
    car.turnWheels(0.5, 0.2);
    const top = new Vector3(0, 1, 0).applyQuaternion(rear!.quaternion);
    expect(top.z).toBeCloseTo(Math.sin(0.5)); // the top of a wheel that rolls forward moves to the nose
    const ahead = new Vector3(0, 0, 1);
    car.turnWheels(0, 0.2);
    expect(ahead.clone().applyQuaternion(front!.quaternion).x).toBeCloseTo(Math.sin(0.2)); // left is +x
    expect(ahead.clone().applyQuaternion(rear!.quaternion).x).toBeCloseTo(0);
  });

  it("lights lamps in shares of their strength", () => {
    const lamp = car.materials("tail_light")[0] as MeshStandardMaterial;
    car.light("tail_light", 0);
    expect(lamp.emissiveIntensity).toBe(0);
    car.light("tail_light", 1.5);
    expect(lamp.emissiveIntensity).toBeCloseTo(4.5);
  });
});

describe("reading", () => {
  it("unpacks meshopt without wasm", async () => {
    await MeshoptEncoder.ready;
    const packed = MeshoptEncoder.encodeVertexBuffer(new Uint8Array(TRIANGLE.buffer), 3, 12);
    const json = description();
    const extension = { buffer: 0, byteLength: packed.length, byteStride: 12, count: 3, mode: "ATTRIBUTES" };
    json["bufferViews"] = [{ buffer: 1, byteLength: 36, byteStride: 12, extensions: { EXT_meshopt_compression: extension } }];
    json["buffers"] = [{ byteLength: packed.length }, { byteLength: 36, extensions: { EXT_meshopt_compression: { fallback: true } } }];
    json["extensionsUsed"] = json["extensionsRequired"] = ["EXT_meshopt_compression"];
    const car = await readCar(glb(json, packed));
    const position = (car.root.getObjectByName("body") as Mesh).geometry.getAttribute("position");
    expect([...position.array]).toEqual([...TRIANGLE]);
  });

  it.each([
    ["nothing", () => new ArrayBuffer(0)],
    ["a page", () => new TextEncoder().encode("<!doctype html><title>404</title>").buffer as ArrayBuffer],
    ["half a file", () => plain().slice(0, 900)],
    ["an empty scene", () => glb({ ...description(), scenes: [{ nodes: [] }] }, new Uint8Array(TRIANGLE.buffer))],
  ])("refuses %s", async (_what, bytes) => {
    await expect(readCar(bytes())).rejects.toThrow(CarFileFailed);
  });

  it("refuses what did not arrive, and lets an abort through", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(null, { status: 404 })));
    await expect(loadCar("/car.glb")).rejects.toThrow(CarFileFailed);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await expect(loadCar("/car.glb")).rejects.toThrow(CarFileFailed);
    await expect(loadCar("/car.glb", AbortSignal.abort())).rejects.toThrow("abort");
    vi.unstubAllGlobals();
  });
});
