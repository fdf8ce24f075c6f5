/**
 * Triangles with colours, put together by code: boxes, rods, blobs, strips along a road. One shape becomes one geometry
 * and so one draw call, however many things are in it. Scene axes: y up; the dynamics' (x, y, z) is (x, z, -y) here.
 */

import { BufferAttribute, BufferGeometry, Color, IcosahedronGeometry, Matrix4, Vector3 } from "three";
import { newAxisPoint } from "../routes/alignment";
import type { Route } from "../routes/route";
import { noise } from "../scenery/noise";

/** A corner of a strip's profile: m to the left of the axis, m above the road, and its colour. */
export interface Corner {
  readonly offset: number;
  readonly height: number;
  readonly colour: Color;
  /** Times the colour, at a station: shade of trees, worn paint. */
  readonly shade?: (station: number, offset: number) => number;
}

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly every: number;
}

const here = newAxisPoint();

/** Place of a point of the road in the scene. */
export function onRoad(route: Route, station: number, offset: number, height: number, target = new Vector3()): Vector3 {
  const { x, y, z, heading, bank } = route.axis.at(station, here);
  const px = x - offset * Math.sin(heading);
  const py = y + offset * Math.cos(heading);
  return target.set(px, z + bank * offset + height, -py);
}

/** A frame on the road: x to the left, y up, z ahead, as the car's own axes. */
export function roadFrame(route: Route, station: number, offset: number, height = 0): Matrix4 {
  const place = onRoad(route, station, offset, height);
  const { heading } = route.axis.at(station, here);
  return new Matrix4().makeRotationY(heading + Math.PI / 2).setPosition(place);
}

/** A thing of the plane, turned by `turn` to the left; its front is +z. */
export function frameAt(x: number, y: number, z: number, turn: number, size = 1): Matrix4 {
  return new Matrix4()
    .makeRotationY(turn + Math.PI / 2)
    .scale(new Vector3(size, size, size))
    .setPosition(x, z, -y);
}

export class Shape {
  readonly #positions: number[] = [];
  readonly #normals: number[] = [];
  readonly #colours: number[] = [];
  readonly #frame = new Matrix4();
  readonly #point = new Vector3();

  get triangles(): number {
    return this.#positions.length / 9;
  }

  /** Everything that follows stands in this frame. */
  within(frame: Matrix4): this {
    this.#frame.copy(frame);
    return this;
  }

  /** A flat face with corners in turn, seen from where they run to the left. */
  face(corners: readonly Vector3[], colour: Color, top = colour): this {
    const [a, b, c] = [corners[0]!, corners[1]!, corners[2]!];
    const normal = b.clone().sub(a).cross(c.clone().sub(a)).normalize();
    const low = Math.min(...corners.map(({ y }) => y));
    const tone = (corner: Vector3): Color => (corner.y > low + 1e-3 ? top : colour);
    for (let i = 1; i + 1 < corners.length; i++) {
      for (const corner of [a, corners[i]!, corners[i + 1]!]) this.#add(corner, normal, tone(corner));
    }
    return this;
  }

  /** A box by its middle and its whole size. */
  box(x: number, y: number, z: number, width: number, height: number, depth: number, colour: Color, top = colour): this {
    const [w, h, d] = [width / 2, height / 2, depth / 2];
    const at = (sx: number, sy: number, sz: number): Vector3 => new Vector3(x + sx * w, y + sy * h, z + sz * d);
    this.face([at(-1, -1, 1), at(1, -1, 1), at(1, 1, 1), at(-1, 1, 1)], colour);
    this.face([at(1, -1, -1), at(-1, -1, -1), at(-1, 1, -1), at(1, 1, -1)], colour);
    this.face([at(1, -1, 1), at(1, -1, -1), at(1, 1, -1), at(1, 1, 1)], colour);
    this.face([at(-1, -1, -1), at(-1, -1, 1), at(-1, 1, 1), at(-1, 1, -1)], colour);
    return this.face([at(-1, 1, 1), at(1, 1, 1), at(1, 1, -1), at(-1, 1, -1)], top);
  }

  /** A rod from one point to another, thick at its foot and at its head. */
  rod(from: Vector3, to: Vector3, foot: number, head: number, sides: number, colour: Color, top = colour): this {
    const along = to.clone().sub(from).normalize();
    const across = Math.abs(along.y) > 0.9 ? new Vector3(1, 0, 0) : new Vector3(0, 1, 0);
    const u = across.cross(along).normalize();
    const v = along.clone().cross(u);
    const ring = (i: number): Vector3 => {
      const angle = (2 * Math.PI * i) / sides;
      return u.clone().multiplyScalar(Math.cos(angle)).addScaledVector(v, Math.sin(angle));
    };
    for (let i = 0; i < sides; i++) {
      const [a, b] = [ring(i), ring(i + 1)];
      const low = (n: Vector3): [Vector3, Vector3, Color] => [from.clone().addScaledVector(n, foot), n, colour];
      const high = (n: Vector3): [Vector3, Vector3, Color] => [to.clone().addScaledVector(n, head), n, top];
      for (const corner of [low(a), low(b), high(b), low(a), high(b), high(a)]) this.#add(...corner);
    }
    return this;
  }

  /** A leafy lump: a ball made uneven, lit from above even in the shade. */
  blob(x: number, y: number, z: number, radius: number, flat: number, detail: number, low: Color, high: Color, seed = 1): this {
    const ball = new IcosahedronGeometry(1, detail).getAttribute("position");
    const direction = new Vector3();
    const tone = new Color();
    for (let i = 0; i < ball.count; i++) {
      direction.fromBufferAttribute(ball, i).normalize();
      const bump = 0.72 + 0.36 * noise(2 + direction.x * 1.9 + direction.y, 2 + direction.z * 1.9 - direction.y, seed) + 0.26 * noise(9 + direction.x * 5 - direction.y * 3, 9 + direction.z * 5 + direction.y * 3, seed);
      this.#point.set(x + direction.x * radius * bump, y + direction.y * radius * bump * flat, z + direction.z * radius * bump);
      tone.lerpColors(low, high, 0.5 + 0.5 * direction.y);
      direction.y = direction.y * 0.8 + 0.25;
      this.#add(this.#point, direction.normalize(), tone);
    }
    return this;
  }

  /** A strip along a road: its profile from right to left, between two stations. Joints between corners are smooth. */
  sweep(route: Route, stretch: Stretch, profile: readonly Corner[]): this {
    const count = Math.max(1, Math.round((stretch.to - stretch.from) / stretch.every));
    const step = (stretch.to - stretch.from) / count;
    const lay = (station: number): Vector3[] => profile.map(({ offset, height }) => onRoad(route, station, offset, height));
    let near = lay(stretch.from);
    for (let i = 0; i < count; i++) {
      const station = stretch.from + i * step;
      const far = lay(station + step);
      for (let j = 0; j + 1 < profile.length; j++) {
        const [right, left] = [profile[j]!, profile[j + 1]!];
        const normal = far[j]!.clone().sub(near[j]!).cross(near[j + 1]!.clone().sub(near[j]!)).normalize();
        const tone = (corner: Corner, at: number): Color =>
          corner.shade ? corner.colour.clone().multiplyScalar(corner.shade(at, corner.offset)) : corner.colour;
        const a: [Vector3, Vector3, Color] = [near[j]!, normal, tone(right, station)];
        const b: [Vector3, Vector3, Color] = [far[j]!, normal, tone(right, station + step)];
        const c: [Vector3, Vector3, Color] = [near[j + 1]!, normal, tone(left, station)];
        const d: [Vector3, Vector3, Color] = [far[j + 1]!, normal, tone(left, station + step)];
        for (const corner of [a, b, c, c, b, d]) this.#add(...corner);
      }
      near = far;
    }
    return this;
  }

  geometry(): BufferGeometry {
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(new Float32Array(this.#positions), 3));
    geometry.setAttribute("normal", new BufferAttribute(new Float32Array(this.#normals), 3));
    geometry.setAttribute("color", new BufferAttribute(new Float32Array(this.#colours), 3));
    return geometry;
  }

  #add(point: Vector3, normal: Vector3, colour: Color): void {
    const { x, y, z } = scratch.copy(point).applyMatrix4(this.#frame);
    this.#positions.push(x, y, z);
    const turned = scratch.copy(normal).transformDirection(this.#frame);
    this.#normals.push(turned.x, turned.y, turned.z);
    this.#colours.push(colour.r, colour.g, colour.b);
  }
}

const scratch = new Vector3();
