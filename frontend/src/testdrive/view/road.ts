/** The road: asphalt with its painted lines, verges or pavements, what guards its edge. Shade of trees lies on it. */

import {
  BufferAttribute,
  type BufferGeometry,
  CanvasTexture,
  Color,
  Mesh,
  MeshLambertMaterial,
  MeshStandardMaterial,
  RepeatWrapping,
  SRGBColorSpace,
} from "three";
import { newAxisPoint } from "../routes/alignment";
import type { Route } from "../routes/route";
import type { Plant } from "../scenery/planting";
import { PAVEMENT } from "../scenery/planting";
import { seeded } from "../seeded";
import { LAND, type Light } from "./palette";
import { type Corner, Shape } from "./shape";

const TILE = 24; // m of road in one length of the texture
const ACROSS = 1024; // texels
const ALONG = 1024;
const STEP = 3; // m between rows of the strip; on a motorway
const LONG_STEP = 8;
const SHADOW_CELL = 8; // m
const CROWN = 6.5; // m above the ground, of a tree of natural size
const LONGEST = 4; // m of shadow for each metre of height that are still told from the air

/** The paved strip with its lines. */
export function makeRoad(route: Route, light: Light, shade: Shade): Mesh {
  const texture = new CanvasTexture(paint(route));
  texture.colorSpace = SRGBColorSpace;
  texture.wrapT = RepeatWrapping;
  texture.anisotropy = 8;
  const corners = 9;
  const profile = Array.from({ length: corners }, (_, i): Corner => {
    const offset = -route.paved + (2 * route.paved * i) / (corners - 1);
    return { offset, height: 0, colour: new Color(1, 1, 1), shade: (station, at) => shade.at(station, at) };
  });
  const shape = new Shape().sweep(route, { from: 0, to: route.axis.length, every: stepOf(route) }, profile);
  const geometry = shape.geometry();
  geometry.setAttribute("uv", makeUvs(geometry, route));
  const settings = { map: texture, vertexColors: true };
  const material = light.isWet
    ? new MeshStandardMaterial({ ...settings, color: new Color(0.62, 0.64, 0.66), roughness: 0.24, metalness: 0, envMapIntensity: 1.1 })
    : new MeshLambertMaterial(settings);
  return new Mesh(geometry, material);
}

/** Grass beside the road, or kerb and pavement; ends below the land. */
export function layVerges(shape: Shape, route: Route, shade: Shade): void {
  const whole = { from: 0, to: route.axis.length, every: stepOf(route) + 1 };
  const isTown = route.file.scenery.land === "town";
  for (const side of [-1, 1]) {
    const at = (out: number, height: number, colour: Color): Corner => ({
      offset: side * out,
      height,
      colour,
      shade: (station, offset) => shade.at(station, offset),
    });
    const { paved, edge } = route;
    const grass = LAND.meadow.clone().lerp(LAND.dry, 0.35);
    const profile = isTown
      ? [
          at(paved, 0, LAND.stone),
          at(paved + 0.02, 0.13, LAND.stone),
          at(paved + 0.3, 0.14, LAND.stone),
          at(paved + 0.32, 0.135, LAND.paving),
          at(edge + PAVEMENT + 1, 0.16, LAND.paving),
          at(edge + PAVEMENT + 1.2, -1.2, LAND.paving),
        ]
      : [
          at(paved, 0, LAND.soil.clone().lerp(LAND.dry, 0.4)),
          at(paved + 0.7, -0.03, grass),
          at(edge + 3, -0.14, LAND.meadow),
          at(edge + 8.5, -1, LAND.meadow),
          at(edge + 12, -3, LAND.moss),
        ];
    shape.sweep(route, whole, side > 0 ? profile : profile.reverse());
  }
}

function stepOf(route: Route): number {
  return route.lanes > 1 ? LONG_STEP : STEP;
}

/** How much light reaches the road: trees beside it shade it, the sun being where it is. */
export class Shade {
  readonly #cells = new Map<number, { station: number; offset: number; radius: number }[]>();
  readonly #length: number;
  readonly #strength: number;

  constructor(route: Route, plants: readonly Plant[], light: Light) {
    this.#length = route.axis.length;
    this.#strength = light.isWet ? 0.12 : 0.58;
    const place = { station: 0, offset: 0 };
    const lean = Math.min(LONGEST, 1 / light.sun.y);
    for (const plant of plants) {
      if (plant.kind === "gorse" || plant.kind === "stone" || plant.kind === "bush") continue;
      const height = CROWN * plant.size;
      const x = plant.x - light.sun.x * lean * height;
      const y = plant.y + light.sun.z * lean * height;
      route.axis.locate(x, y, place);
      if (Math.abs(place.offset) > route.edge + 14) continue;
      const cell = Math.floor(place.station / SHADOW_CELL);
      const found = this.#cells.get(cell) ?? [];
      found.push({ station: place.station, offset: place.offset, radius: 3.2 * plant.size });
      this.#cells.set(cell, found);
    }
  }

  /** 1 in the sun, less in the shade. */
  at(station: number, offset: number): number {
    let lit = 1;
    const cell = Math.floor((station % this.#length) / SHADOW_CELL);
    for (const near of [cell - 1, cell, cell + 1]) {
      for (const spot of this.#cells.get(near) ?? []) {
        const away2 = (spot.station - (station % this.#length)) ** 2 + (spot.offset - offset) ** 2;
        lit *= 1 - this.#strength * Math.exp(-away2 / spot.radius ** 2);
      }
    }
    return Math.max(0.42, lit);
  }
}

function makeUvs(geometry: BufferGeometry, route: Route): BufferAttribute {
  const position = geometry.getAttribute("position");
  const uvs = new Float32Array(2 * position.count);
  const here = newAxisPoint();
  const place = { station: 0, offset: 0 };
  const first = { station: 0, offset: 0 };
  for (let i = 0; i < position.count; i++) {
    route.axis.locate(position.getX(i), -position.getZ(i), place);
    if (i % 6 === 0) Object.assign(first, place);
    route.axis.at(place.station, here);
    const station = first.station + route.axis.ahead(first.station, place.station);
    uvs[2 * i] = (place.offset + route.paved) / (2 * route.paved);
    uvs[2 * i + 1] = (station * Math.round(route.axis.length / TILE)) / route.axis.length;
  }
  return new BufferAttribute(uvs, 2);
}

/** A length of asphalt: fine grain, paler where tyres roll, lines. */
function paint(route: Route): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = ACROSS;
  canvas.height = ALONG;
  const context = canvas.getContext("2d")!;
  context.fillStyle = "#66666a";
  context.fillRect(0, 0, ACROSS, ALONG);
  const perMetre = ACROSS / (2 * route.paved);
  const { lanes, lane_m } = route.file.section;
  const across = (offset: number): number => (offset + route.paved) * perMetre;
  for (const direction of [1, -1] as const) {
    for (let lane = 0; lane < lanes; lane++) {
      for (const track of [-0.75, 0.75]) {
        const x = across(route.lane(lane, direction) + track);
        const soft = context.createLinearGradient(x - 0.55 * perMetre, 0, x + 0.55 * perMetre, 0);
        soft.addColorStop(0, "#72727600");
        soft.addColorStop(0.5, "#7676795a");
        soft.addColorStop(1, "#72727600");
        context.fillStyle = soft;
        context.fillRect(x - 0.55 * perMetre, 0, 1.1 * perMetre, ALONG);
      }
    }
  }
  addGrain(context);
  context.fillStyle = "#e9e7deee";
  const line = (offset: number, width: number, on: number, off: number): void => {
    const period = on + off;
    for (let at = 0; at < TILE; at += period) {
      const length = Math.min(on, TILE - at);
      context.fillRect(across(offset) - (width * perMetre) / 2, (at / TILE) * ALONG, width * perMetre, (length / TILE) * ALONG);
    }
  };
  const { median_m } = route.file.section;
  if (median_m === 0) line(0, 0.14, 3, 3);
  for (const side of [-1, 1]) {
    if (median_m > 0) line(side * (median_m + 0.25), 0.18, TILE, 0);
    for (let lane = 1; lane < lanes; lane++) line(side * (median_m + lane * lane_m), 0.16, 4, 8);
    if (route.file.scenery.land !== "town") line(side * (median_m + lanes * lane_m + 0.1), lanes > 1 ? 0.22 : 0.13, TILE, 0);
  }
  if (median_m > 0) {
    context.fillStyle = "#7b7a5c";
    context.fillRect(across(-median_m + 0.2), 0, 2 * (median_m - 0.2) * perMetre, ALONG);
  }
  return canvas;
}

function addGrain(context: CanvasRenderingContext2D): void {
  const random = seeded(5);
  for (let i = 0; i < 5200; i++) {
    const grey = 70 + Math.floor(random() * 75);
    context.fillStyle = `rgba(${grey}, ${grey}, ${grey + 3}, 0.22)`;
    context.fillRect(random() * ACROSS, random() * ALONG, 1.5 + 3 * random(), 2 + 8 * random());
  }
}
