/**
 * A car's file for one use: fewer triangles, one primitive a node and material, small numbers, compressed.
 *
 *     node scripts/shrink_car.mjs IN.glb OUT.glb LEVEL.json
 *
 * LEVEL: `error`, how far a surface may move, metres, `errors` of single parts, `nodes` of single nodes; `bits` of a
 * normal's number; `drop`, materials to leave out. Triangles by meshoptimizer's simplifier (Garland, Heckbert, "Surface
 * simplification using quadric error metrics", 1997) with normals as attributes; EXT_meshopt_compression and
 * KHR_mesh_quantization. What is there only with a choice becomes a range of its primitive's indices
 * (`extras.ranges`: when, first, count), so that a node draws each material once whatever is chosen.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Logger, NodeIO } from "@gltf-transform/core";
import { ALL_EXTENSIONS, EXTMeshoptCompression } from "@gltf-transform/extensions";
import { compactPrimitive, prune, quantize, reorder } from "@gltf-transform/functions";
import { MeshoptEncoder, MeshoptSimplifier } from "meshoptimizer";

const NORMAL_WEIGHT = 0.35; // of a unit of normal against the error's metres, as meshoptimizer scales them
const [source, target, said] = process.argv.slice(2);
const level = JSON.parse(said);

await Promise.all([MeshoptEncoder.ready, MeshoptSimplifier.ready]);
const io = new NodeIO()
  .setLogger(new Logger(Logger.Verbosity.WARN))
  .registerExtensions(ALL_EXTENSIONS)
  .registerDependencies({ "meshopt.encoder": MeshoptEncoder });
const document = await io.readBinary(readFileSync(source));
const root = document.getRoot();

for (const mesh of root.listMeshes()) for (const primitive of mesh.listPrimitives()) simplify(mesh, primitive);
await document.transform(reorder({ encoder: MeshoptEncoder, target: "size" }));
const merged = new Map(); // meshes that several nodes share stay shared
const pieces = root.listMeshes();
for (const node of root.getDefaultScene().listChildren()[0].listChildren()) merge(node);
for (const mesh of pieces) forget(mesh);
await document.transform(
  prune({ keepAttributes: true, keepExtras: true, keepLeaves: true }),
  quantize({ quantizePosition: 14, quantizeNormal: level.bits, quantizeTexcoord: 10, quantizationVolume: "scene" }),
);
document
  .createExtension(EXTMeshoptCompression)
  .setRequired(true)
  .setEncoderOptions({ method: EXTMeshoptCompression.EncoderMethod.FILTER });
writeFileSync(target, await io.writeBinary(document));

function simplify(mesh, primitive) {
  const { part } = primitive.getExtras();
  const most = level.nodes?.[mesh.getName().split("_")[0]] ?? level.errors?.[part] ?? level.error;
  const [kept] = level.drop?.includes(part)
    ? [new Uint32Array()]
    : MeshoptSimplifier.simplifyWithAttributes(
        new Uint32Array(primitive.getIndices().getArray()),
        primitive.getAttribute("POSITION").getArray(), 3,
        primitive.getAttribute("NORMAL").getArray(), 3,
        [NORMAL_WEIGHT, NORMAL_WEIGHT, NORMAL_WEIGHT], null, 0, most, ["ErrorAbsolute", "Prune"],
      );
  if (!kept.length) return primitive.dispose();
  primitive.getIndices().setArray(kept);
  compactPrimitive(primitive);
}

/** One mesh for a node and for what hangs below it, one primitive a material. */
function merge(node) {
  const below = node.listChildren();
  const parts = [node, ...below].flatMap((owner) =>
    (owner.getMesh()?.listPrimitives() ?? []).map((primitive) => ({ primitive, when: owner.getExtras().when })));
  if (!parts.length) return node.dispose();
  const turned = below[0]?.getRotation() ?? [0, 0, 0, 1];
  const key = parts[0].primitive;
  if (!merged.has(key)) merged.set(key, join(node.getName(), parts));
  for (const child of below) child.dispose();
  hang(node, turned, merged.get(key));
}

/** The mesh on a child of its node: numbers are made small by moving and stretching whoever holds it, and hinges must stay. */
function hang(node, rotation, mesh) {
  node.setMesh(null);
  node.addChild(document.createNode().setRotation(rotation).setMesh(mesh));
}

function join(name, pieces) {
  const mesh = document.createMesh(name);
  const byMaterial = new Map();
  for (const piece of pieces) {
    const material = piece.primitive.getMaterial();
    byMaterial.set(material, [...(byMaterial.get(material) ?? []), piece]);
  }
  for (const own of byMaterial.values()) {
    own.sort((one, other) => JSON.stringify(one.when ?? "").localeCompare(JSON.stringify(other.when ?? "")));
    mesh.addPrimitive(joinPrimitives(own));
  }
  return mesh;
}

function joinPrimitives(pieces) {
  const [first] = pieces;
  const found = document.createPrimitive().setMaterial(first.primitive.getMaterial());
  const variants = first.primitive.getExtension("KHR_materials_variants");
  if (variants) found.setExtension("KHR_materials_variants", variants);
  const count = pieces.reduce((sum, { primitive }) => sum + primitive.getAttribute("POSITION").getCount(), 0);
  for (const [semantic, width] of [["POSITION", 3], ["NORMAL", 3], ["TEXCOORD_0", 2]]) {
    if (!first.primitive.getAttribute(semantic)) continue;
    const all = new Float32Array(count * width);
    let at = 0;
    for (const { primitive } of pieces) {
      const own = primitive.getAttribute(semantic).getArray();
      all.set(own, at);
      at += own.length;
    }
    found.setAttribute(semantic, accessor(all, `VEC${width}`));
  }
  const { indices, ranges } = joinIndices(pieces, count);
  found.setIndices(accessor(indices, "SCALAR"));
  if (ranges.some((range) => range.when)) found.setExtras({ ranges });
  return found;
}

function joinIndices(pieces, count) {
  const size = pieces.reduce((sum, { primitive }) => sum + primitive.getIndices().getCount(), 0);
  const indices = new (count < 65536 ? Uint16Array : Uint32Array)(size);
  const ranges = [];
  let at = 0;
  let shift = 0;
  for (const { primitive, when } of pieces) {
    const own = primitive.getIndices().getArray();
    for (let i = 0; i < own.length; i += 1) indices[at + i] = own[i] + shift;
    const last = ranges.at(-1);
    if (last && JSON.stringify(last.when) === JSON.stringify(when)) last.count += own.length;
    else ranges.push({ ...(when && { when }), first: at, count: own.length });
    at += own.length;
    shift += primitive.getAttribute("POSITION").getCount();
  }
  return { indices, ranges };
}

/** A mesh that was joined into others, with all that only it held. */
function forget(mesh) {
  for (const primitive of mesh.listPrimitives()) {
    for (const own of [primitive.getIndices(), ...primitive.listAttributes()]) own.dispose();
    primitive.dispose();
  }
  mesh.dispose();
}

function accessor(array, type) {
  return document.createAccessor().setArray(array).setType(type).setBuffer(root.listBuffers()[0]);
}
