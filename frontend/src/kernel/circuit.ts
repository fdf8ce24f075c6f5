/** The form of every compiled range: a decision circuit in flat arrays; usine/kernel/circuit.py tells its laws. */

/**
 * Node 0 is the root; children have larger numbers than their parents. `slotStart[d]` is the first slot of decision d
 * (one entry more at the end); `nodeEdges[n]` the first edge of node n; `edgeSlots[e]` the first of its entries in
 * `slots`; `edgeChildren[e]` the first of its entries in `children`. Without nodes there is no configuration.
 */
export class Circuit {
  readonly slotCount: number;
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Of a diagram (every edge has one slot and at most one child) the child of each edge, the number of nodes standing
   * for none; undefined for other circuits. */
  readonly child: Int32Array | undefined;

  constructor(
    readonly slotStart: Int32Array,
    readonly nodeEdges: Int32Array,
    readonly edgeSlots: Int32Array,
    readonly slots: Int32Array,
    readonly edgeChildren: Int32Array,
    readonly children: Int32Array,
  ) {
    this.slotCount = slotStart[slotStart.length - 1] ?? 0;
    this.nodeCount = nodeEdges.length - 1;
    this.edgeCount = edgeSlots.length - 1;
    this.child = this.#findChild();
  }

  /** No configuration at all. */
  get isEmpty(): boolean {
    return this.nodeCount === 0;
  }

  #findChild(): Int32Array | undefined {
    const { edgeSlots, edgeChildren } = this;
    const child = new Int32Array(Math.max(this.edgeCount, 0)).fill(this.nodeCount);
    for (let e = 0; e < this.edgeCount; e++) {
      const first = edgeChildren[e]!;
      const count = edgeChildren[e + 1]! - first;
      if (edgeSlots[e + 1]! - edgeSlots[e]! !== 1 || count > 1) return undefined;
      if (count === 1) child[e] = this.children[first]!;
    }
    return child;
  }
}

/** The array in which a number leads outside, or a child is not below its parent; undefined where all is well. */
export function findFlaw(circuit: Circuit): string | undefined {
  const { slotStart, nodeEdges, edgeSlots, slots, edgeChildren, children } = circuit;
  const starts = { slotStart, nodeEdges, edgeSlots, edgeChildren };
  for (const [name, array] of Object.entries(starts)) if (!rises(array)) return name;
  const edges = edgeSlots.length - 1;
  const closed = last(nodeEdges) === edges && last(edgeSlots) === slots.length;
  if (!closed || last(edgeChildren) !== children.length || edgeChildren.length !== edgeSlots.length) return "starts";
  if (!slots.every((slot) => slot >= 0 && slot < circuit.slotCount)) return "slots";
  for (let n = 0; n < circuit.nodeCount; n++) {
    const stop = edgeChildren[nodeEdges[n + 1]!]!;
    for (let i = edgeChildren[nodeEdges[n]!]!; i < stop; i++) {
      if (children[i]! <= n || children[i]! >= circuit.nodeCount) return "children";
    }
  }
  return undefined;
}

function rises(starts: Int32Array): boolean {
  return starts.length > 0 && starts[0] === 0 && starts.every((start, i) => i === 0 || start >= starts[i - 1]!);
}

function last(array: Int32Array): number {
  return array[array.length - 1]!;
}
