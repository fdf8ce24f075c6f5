/** The land as a mesh: a grid over the formula, coloured by height, slope and chance; and the water beside it. */

import { BufferAttribute, BufferGeometry, Color, DoubleSide, Mesh, MeshLambertMaterial, PlaneGeometry, type ShaderMaterial, Vector3 } from "three";
import { newAxisPoint } from "../routes/alignment";
import type { Route } from "../routes/route";
import type { Land } from "../scenery/land";
import { roughNoise, smoothstep } from "../scenery/noise";
import { LAND } from "./palette";
import { Shape } from "./shape";

const CELL: Readonly<Record<string, number>> = { island: 10, town: 16, fields: 26 };
const AROUND: Readonly<Record<string, number>> = { island: 90, town: 150, fields: 520 };
const WATER_LEVEL: Readonly<Record<string, number>> = { island: 0, town: -1.2 };
const SEA = 9000; // m across
const RIDGE_POINTS = 120;

interface Box {
  left: number;
  right: number;
  low: number;
  high: number;
}

/** The land around a route. */
export function makeGround(route: Route, land: Land): Mesh {
  const kind = route.file.scenery.land;
  const cell = CELL[kind]!;
  const box = boundsOf(route, AROUND[kind]!);
  const columns = Math.ceil((box.right - box.left) / cell) + 1;
  const lines = Math.ceil((box.high - box.low) / cell) + 1;
  const positions = new Float32Array(3 * columns * lines);
  const outs = new Float32Array(columns * lines);
  for (let i = 0; i < columns * lines; i++) {
    const x = box.left + (i % columns) * cell;
    const y = box.low + Math.floor(i / columns) * cell;
    const { height, out } = land.at(x, y);
    positions.set([x, height, -y], 3 * i);
    outs[i] = out;
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(positions, 3));
  geometry.setIndex(indices(columns, lines, (i) => kind === "island" && positions[3 * i + 1]! < -5.5));
  geometry.computeVertexNormals();
  geometry.setAttribute("color", new BufferAttribute(colours(geometry, outs, route), 3));
  return new Mesh(geometry, new MeshLambertMaterial({ vertexColors: true }));
}

/** The sea or a river; null on dry land. */
export function makeSea(route: Route, material: ShaderMaterial): Mesh | null {
  const level = WATER_LEVEL[route.file.scenery.land];
  if (level === undefined) return null;
  const sea = new Mesh(new PlaneGeometry(SEA, SEA, 24, 24).rotateX(-Math.PI / 2), material);
  sea.position.y = level;
  return sea;
}

/** Ridges far away, one behind the other, of which the air leaves hardly more than an outline. */
export function makeHorizon(route: Route): Mesh {
  const box = boundsOf(route, 0);
  const [x, y] = [(box.left + box.right) / 2, (box.low + box.high) / 2];
  const around = Math.hypot(box.right - box.left, box.high - box.low) / 2;
  const shape = new Shape();
  const isIsland = route.file.scenery.land === "island";
  for (const [ridge, far] of [700, 1150, 1750].entries()) {
    const point = (i: number, isTop: boolean): Vector3 => {
      const angle = (2 * Math.PI * i) / RIDGE_POINTS;
      const place = around + far;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const high = roughNoise(6 + 4 * cos, 6 - 4 * route.side * sin, 60 + ridge, 4);
      const land = isIsland ? 900 * Math.max(0, high - 0.47) ** 1.15 : 20 + 330 * Math.max(0, high - 0.2) ** 1.3;
      return new Vector3(x + place * cos, isTop ? land * (0.55 + 0.3 * ridge) - 3 : -12, -(y + place * sin));
    };
    for (let i = 0; i < RIDGE_POINTS; i++) {
      shape.face([point(i + 1, false), point(i, false), point(i, true), point(i + 1, true)], LAND.moss);
    }
  }
  return new Mesh(shape.geometry(), new MeshLambertMaterial({ vertexColors: true, side: DoubleSide }));
}

function indices(columns: number, lines: number, isSunk: (i: number) => boolean): number[] {
  const found: number[] = [];
  for (let line = 0; line + 1 < lines; line++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = line * columns + column;
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      if (isSunk(a) && isSunk(b) && isSunk(c) && isSunk(d)) continue;
      found.push(a, b, c, c, b, d);
    }
  }
  return found;
}

function colours(geometry: BufferGeometry, outs: Float32Array, route: Route): Float32Array {
  const position = geometry.getAttribute("position");
  const normal = geometry.getAttribute("normal");
  const found = new Float32Array(3 * position.count);
  const tone = new Color();
  const { land } = route.file.scenery;
  for (let i = 0; i < position.count; i++) {
    const [x, height, z] = [position.getX(i), position.getY(i), position.getZ(i)];
    const my = route.side * z;
    const patch = roughNoise(x / 90, my / 90, 17);
    if (land === "town") paintTown(tone, patch, height);
    else if (land === "fields") paintFields(tone, x, my, patch, Math.abs(outs[i]!));
    else paintIsland(tone, patch, height, normal.getY(i), outs[i]!);
    tone.multiplyScalar(0.9 + 0.2 * roughNoise(x / 22, my / 22, 41));
    tone.toArray(found, 3 * i);
  }
  return found;
}

function paintIsland(tone: Color, patch: number, height: number, upright: number, out: number): void {
  tone.lerpColors(LAND.moss, LAND.meadow, smoothstep(0.3, 0.6, patch));
  tone.lerp(LAND.dry, 0.75 * smoothstep(0.5, 0.75, patch) + 0.25 * smoothstep(0, 40, out));
  tone.lerp(LAND.rock, smoothstep(0.9, 0.7, upright));
  tone.lerp(LAND.sand, smoothstep(2.6, 0.8, height));
  if (height < 0) tone.multiplyScalar(0.75);
}

function paintTown(tone: Color, patch: number, height: number): void {
  tone.lerpColors(LAND.paving, LAND.stone, patch).multiplyScalar(0.86);
  if (height < -0.6) tone.copy(LAND.rock).multiplyScalar(0.7);
}

/** Fields of several crops between hedges, a meadow beside the road. */
function paintFields(tone: Color, x: number, y: number, patch: number, away: number): void {
  const turn = x * 0.86 + y * 0.5;
  const across = y * 0.86 - x * 0.5;
  const crop = roughNoise(Math.floor(turn / 170) * 3.7 + 0.5, Math.floor(across / 240) * 5.3 + 0.5, 77, 1);
  const field = crop < 0.36 ? LAND.meadow : crop < 0.62 ? LAND.field : crop < 0.8 ? LAND.moss : LAND.dry;
  tone.lerpColors(LAND.moss, LAND.meadow, smoothstep(0.25, 0.6, patch));
  tone.lerp(field, smoothstep(45, 80, away));
}

function boundsOf(route: Route, around: number): Box {
  const here = newAxisPoint();
  const box: Box = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  for (let station = 0; station < route.axis.length; station += 10) {
    const { x, y } = route.axis.at(station, here);
    box.left = Math.min(box.left, x - around);
    box.right = Math.max(box.right, x + around);
    box.low = Math.min(box.low, y - around);
    box.high = Math.max(box.high, y + around);
  }
  return box;
}
