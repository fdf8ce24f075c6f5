/**
 * What a geometry holds only for certain choices: ranges of its indices (`extras.ranges` of a primitive). All parts of one
 * material that hang on one node lie in one geometry, so that a car costs the same draws whatever is chosen.
 */

import { Box3, type BufferAttribute, type BufferGeometry, Vector3 } from "three";

/** For each feature the values with which a part is there; all of them must hold. */
export type When = Readonly<Record<string, readonly string[]>>;

/** `count` indices from the index `first` on; without `when` they are always shown. */
export interface Range {
  readonly when?: When;
  readonly first: number;
  readonly count: number;
}

/** Whether what is there for some values is there, by the value that each feature has. */
export function isThere(when: When, value: (feature: string) => string | undefined): boolean {
  return Object.entries(when).every(([feature, values]) => values.includes(value(feature) ?? ""));
}

/** A geometry's ranges as its file tells them; undefined where it has none. */
export function rangesOf(geometry: BufferGeometry): RangedGeometry | undefined {
  const told: unknown = geometry.userData["ranges"];
  return Array.isArray(told) && geometry.index ? new RangedGeometry(geometry, told as Range[]) : undefined;
}

export class RangedGeometry {
  readonly #all: BufferAttribute["array"];

  constructor(
    readonly geometry: BufferGeometry,
    readonly ranges: readonly Range[],
  ) {
    this.#all = (geometry.index as BufferAttribute).array.slice();
  }

  /** Keep the indices of what is there; false where nothing is. Its box becomes that of what is shown. */
  choose(value: (feature: string) => string | undefined): boolean {
    const index = this.geometry.index as BufferAttribute;
    let count = 0;
    for (const range of this.ranges) {
      if (range.when && !isThere(range.when, value)) continue;
      index.array.set(this.#all.subarray(range.first, range.first + range.count), count);
      count += range.count;
    }
    index.needsUpdate = true;
    this.geometry.setDrawRange(0, count);
    this.geometry.boundingBox = this.#box(index, count);
    return count > 0;
  }

  #box(index: BufferAttribute, count: number): Box3 {
    const places = this.geometry.getAttribute("position");
    const box = new Box3();
    const point = new Vector3();
    for (let at = 0; at < count; at += 1) box.expandByPoint(point.fromBufferAttribute(places, index.getX(at)));
    return box;
  }
}
