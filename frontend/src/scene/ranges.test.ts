/** Ranges of a geometry: what is chosen is drawn, nothing else, and the box is that of what is drawn. */

import { BufferAttribute, BufferGeometry } from "three";
import { describe, expect, it } from "vitest";
import { rangesOf } from "./ranges";

/** Three triangles side by side along x: always, with a rack, with a rack or a hook on a red car. */
function geometry(): BufferGeometry {
  const found = new BufferGeometry();
  const places = [0, 1, 2].flatMap((x) => [x, 0, 0, x + 1, 0, 0, x, 1, 0]);
  found.setAttribute("position", new BufferAttribute(new Float32Array(places), 3));
  found.setIndex(new BufferAttribute(new Uint16Array([0, 1, 2, 3, 4, 5, 6, 7, 8]), 1));
  found.userData["ranges"] = [
    { first: 0, count: 3 },
    { when: { carrier: ["rack"] }, first: 3, count: 3 },
    { when: { carrier: ["rack", "hook"], colour: ["red"] }, first: 6, count: 3 },
  ];
  return found;
}

function drawn(shape: BufferGeometry): number[] {
  return [...(shape.index?.array.slice(0, shape.drawRange.count) ?? [])];
}

describe("a geometry with ranges", () => {
  it.each([
    [{}, [0, 1, 2], 1],
    [{ carrier: "rack" }, [0, 1, 2, 3, 4, 5], 2],
    [{ carrier: "hook", colour: "red" }, [0, 1, 2, 6, 7, 8], 3],
    [{ carrier: "rack", colour: "red" }, [0, 1, 2, 3, 4, 5, 6, 7, 8], 3],
  ])("draws what is there with %j", (choices: Record<string, string>, indices, reach) => {
    const shape = geometry();
    expect(rangesOf(shape)?.choose((feature) => choices[feature])).toBe(true);
    expect(drawn(shape)).toEqual(indices);
    expect(shape.boundingBox?.max.x).toBe(reach);
  });

  it("forgets nothing when a choice is taken back", () => {
    const shape = geometry();
    const ranged = rangesOf(shape);
    ranged?.choose(() => undefined);
    ranged?.choose((feature) => (feature === "carrier" ? "rack" : "red"));
    expect(drawn(shape)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("says when nothing of it is there", () => {
    const shape = geometry();
    shape.userData["ranges"] = [{ when: { carrier: ["rack"] }, first: 3, count: 3 }];
    expect(rangesOf(shape)?.choose(() => "none")).toBe(false);
  });

  it("is nothing special without ranges", () => {
    expect(rangesOf(new BufferGeometry())).toBeUndefined();
  });
});
