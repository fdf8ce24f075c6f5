/** Trees, bushes and stones in two fineness steps each: near ones have leaves in lumps, far ones are a lump. */

import { Color, Vector3 } from "three";
import type { PlantKind } from "../scenery/planting";
import { LAND } from "./palette";
import { Shape } from "./shape";

const up = (y: number, x = 0, z = 0): Vector3 => new Vector3(x, y, z);
const darker = (colour: Color, times: number): Color => colour.clone().multiplyScalar(times);
const warmer = (colour: Color, share: number): Color => colour.clone().lerp(LAND.dry, share);

/** A plant of about its natural size, standing at the origin. */
export function makePlant(kind: PlantKind, isNear: boolean): Shape {
  return MAKERS[kind](isNear ? 1 : 0);
}

const MAKERS: Readonly<Record<PlantKind, (detail: 0 | 1) => Shape>> = {
  oak(detail) {
    const [low, high] = [darker(LAND.oak, 0.42), warmer(LAND.oak, 0.34)];
    const shape = new Shape().rod(up(-0.5), up(4.2), 0.34, 0.2, detail ? 6 : 3, darker(LAND.bark, 0.7), LAND.bark);
    if (detail === 0) return shape.blob(0, 6.4, 0, 3.9, 0.86, 1, low, high, 4);
    shape.blob(0, 6.6, 0, 3.2, 0.86, 2, low, high, 4).blob(2.1, 5.4, 0.7, 2.1, 0.8, 1, low, high, 5);
    return shape.blob(-1.9, 5.7, -0.8, 2.2, 0.82, 1, low, high, 6).blob(0.3, 5.5, -2.1, 1.9, 0.8, 1, low, high, 7);
  },
  pine(detail) {
    const [low, high] = [darker(LAND.pine, 0.4), warmer(LAND.pine, 0.26)];
    const shape = new Shape().rod(up(-0.5), up(9.4, 0.7, 0.2), 0.3, 0.16, detail ? 6 : 3, darker(LAND.bark, 0.75), new Color("#9a6a4a"));
    if (detail === 0) return shape.blob(0.8, 10.2, 0.2, 3.5, 0.42, 1, low, high, 14);
    shape.rod(up(6.8, 0.5, 0.1), up(8.9, -1.5, 0.8), 0.12, 0.07, 4, LAND.bark);
    shape.blob(0.8, 10.4, 0.2, 3, 0.42, 2, low, high, 14).blob(-1.6, 9.3, 0.9, 1.8, 0.42, 1, low, high, 15);
    return shape.blob(2.4, 9.4, -1.0, 1.9, 0.4, 1, low, high, 16);
  },
  birch(detail) {
    const [low, high] = [darker(LAND.birch, 0.5), warmer(LAND.birch, 0.4)];
    const shape = new Shape().rod(up(-0.5), up(8.6, 0.25, 0), 0.17, 0.07, detail ? 6 : 3, darker(LAND.birchBark, 0.82), LAND.birchBark);
    if (detail === 0) return shape.blob(0.2, 7.2, 0, 2.1, 1.55, 1, low, high, 24);
    shape.blob(0.3, 8.2, 0.1, 1.55, 1.5, 1, low, high, 24).blob(0.9, 6.4, -0.6, 1.4, 1.2, 1, low, high, 25);
    return shape.blob(-0.7, 6.0, 0.7, 1.35, 1.2, 1, low, high, 26);
  },
  bush(detail) {
    const [low, high] = [darker(LAND.moss, 0.5), warmer(LAND.moss, 0.3)];
    const shape = new Shape().blob(0, 0.5, 0, 1.1, 0.75, 1, low, high, 34);
    return detail ? shape.blob(0.9, 0.35, 0.5, 0.75, 0.75, 1, low, high, 35) : shape;
  },
  gorse(detail) {
    const [low, high] = [darker(LAND.moss, 0.6), LAND.gorse];
    const shape = new Shape().blob(0, 0.42, 0, 0.95, 0.72, 1, low, high, 44);
    return detail ? shape.blob(0.8, 0.3, -0.4, 0.65, 0.7, 1, low, high, 45) : shape;
  },
  stone(detail) {
    return new Shape().blob(0, 0.15, 0, 0.8, 0.6, detail, darker(LAND.rock, 0.6), LAND.rock, 54);
  },
};
