/** The scratch arrays of the passes, made once for a range: a click allocates its answer and nothing else. */

import type { CompiledRange } from "./compiled";

/** One entry a node (one more in a diagram, for "no child"), an edge, a slot or a set of slots. */
export class Workspace {
  readonly chosen: Int32Array;
  readonly broken: Int32Array;
  readonly setLow: Float64Array;
  readonly setHigh: Float64Array;
  readonly cost: Float64Array;
  readonly slotLow: Float64Array;
  readonly slotHigh: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly downLow: Float64Array;
  readonly downHigh: Float64Array;
  readonly best: Int32Array;
  /** Of circuits that are no diagrams. */
  readonly edgeLow: Float64Array;
  readonly edgeHigh: Float64Array;
  readonly violated: Int32Array;
  #counts = new Float64Array(0);

  constructor(range: CompiledRange) {
    const { nodeCount, slotCount, edgeCount, child } = range.circuit;
    const edges = child ? 0 : Math.max(edgeCount, 0);
    this.chosen = new Int32Array(range.variables.length);
    this.broken = new Int32Array(slotCount);
    this.setLow = new Float64Array(range.layout.firstMember.length - 1);
    this.setHigh = new Float64Array(range.layout.firstMember.length - 1);
    this.cost = new Float64Array(slotCount);
    this.slotLow = new Float64Array(slotCount);
    this.slotHigh = new Float64Array(slotCount);
    this.low = new Float64Array(nodeCount + 1);
    this.high = new Float64Array(nodeCount + 1);
    this.downLow = new Float64Array(nodeCount + 1);
    this.downHigh = new Float64Array(nodeCount + 1);
    this.best = new Int32Array(nodeCount);
    this.edgeLow = new Float64Array(edges);
    this.edgeHigh = new Float64Array(edges);
    this.violated = new Int32Array(edges);
  }

  /** Room for this many parts of counts; made larger when more is asked for. */
  counts(length: number): Float64Array {
    if (this.#counts.length < length) this.#counts = new Float64Array(length);
    return this.#counts.length === length ? this.#counts : this.#counts.subarray(0, length);
  }
}
