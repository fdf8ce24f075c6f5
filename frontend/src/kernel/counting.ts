/** Exact counts of any size: sums of 40-bit limbs on diagrams, residues modulo primes on other circuits. */

import { bare, type Choices, type CompiledRange, type PricedRange } from "./compiled";
import type { Layout } from "./layout";
import { findBroken } from "./passes";
import { multiply, primesFor, recombine } from "./primes";

const LIMB_BITS = 40; // a node may add up 2^13 edges before a limb leaves the 53 bits in which doubles are exact
const LIMB = 2 ** LIMB_BITS;
const EDGES_AT_ONCE = 2 ** (53 - LIMB_BITS) - 2;

/** How many configurations keep the choices; 0 when they contradict. Exact for any size. */
export function count(range: CompiledRange | PricedRange, choices: Choices): bigint {
  const compiled = bare(range);
  return countChosen(compiled, compiled.number(choices, compiled.workspace.chosen));
}

/** `count` for choices in numbers: an index for each variable, -1 for none. */
export function countChosen(range: CompiledRange, chosen: Int32Array): bigint {
  const bound = range.configurations;
  if (bound === 0n || range.isEmpty || chosen.every((index) => index < 0)) return bound;
  const broken = findBroken(range, chosen);
  const bits = bound.toString(2).length;
  return range.circuit.child ? addUp(range, range.circuit.child, broken, bits) : multiplyUp(range, broken, bits);
}

function addUp(range: CompiledRange, child: Int32Array, broken: Int32Array, bits: number): bigint {
  const { nodeEdges, slots, nodeCount } = range.circuit;
  const limbs = Math.ceil(bits / LIMB_BITS);
  const up = range.workspace.counts((nodeCount + 1) * limbs);
  up.fill(0);
  up[nodeCount * limbs] = 1;
  for (let n = nodeCount - 1; n >= 0; n--) {
    const own = n * limbs;
    const stop = nodeEdges[n + 1]!;
    let added = 0;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      if (broken[slots[e]!] !== 0) continue;
      const below = child[e]! * limbs;
      for (let i = 0; i < limbs; i++) up[own + i]! += up[below + i]!;
      if (++added % EDGES_AT_ONCE === 0) carry(up, own, limbs);
    }
    if (added > 1) carry(up, own, limbs);
  }
  let total = 0n;
  for (let i = limbs - 1; i >= 0; i--) total = (total << BigInt(LIMB_BITS)) + BigInt(up[i]!);
  return total;
}

function carry(up: Float64Array, own: number, limbs: number): void {
  let over = 0;
  for (let i = own; i < own + limbs; i++) {
    const total = up[i]! + over;
    over = Math.floor(total / LIMB);
    up[i] = total - over * LIMB;
  }
}

function multiplyUp(range: CompiledRange, broken: Int32Array, bits: number): bigint {
  const primes = primesFor(bits);
  const up = residuesUp(range, broken, primes);
  return recombine(up.subarray(0, primes.length), primes);
}

/** The count of each node modulo each prime, node after node; lasts until the next count of the range. */
function residuesUp(range: CompiledRange, broken: Int32Array, primes: readonly number[]): Float64Array {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children, nodeCount } = range.circuit;
  const width = primes.length;
  const up = range.workspace.counts(nodeCount * width);
  const product = new Float64Array(width);
  const moduli = Float64Array.from(primes);
  const inverses = moduli.map((prime) => 1 / prime);
  for (let n = nodeCount - 1; n >= 0; n--) {
    const own = n * width;
    const stop = nodeEdges[n + 1]!;
    up.fill(0, own, own + width);
    for (let e = nodeEdges[n]!; e < stop; e++) {
      let isBroken = false;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) if (broken[slots[i]!] !== 0) isBroken = true;
      if (isBroken) continue;
      const first = edgeChildren[e]!;
      const last = edgeChildren[e + 1]!;
      const from = first < last ? children[first]! * width : 0;
      for (let p = 0; p < width; p++) product[p] = first < last ? up[from + p]! : 1;
      for (let i = first + 1; i < last; i++) multiplyAll(product, up, children[i]! * width, moduli, inverses);
      for (let p = 0; p < width; p++) up[own + p] = add(up[own + p]!, product[p]!, moduli[p]!);
    }
  }
  return up;
}

/** Multiply each residue with that of a node. */
function multiplyAll(
  product: Float64Array,
  up: Float64Array,
  first: number,
  moduli: Float64Array,
  inverses: Float64Array,
): void {
  for (let p = 0; p < product.length; p++) {
    product[p] = multiply(product[p]!, up[first + p]!, moduli[p]!, inverses[p]!);
  }
}

/**
 * For each variable, how many configurations keep the choices and have each value; exact, 0 for an invalid value.
 *
 * For a variable already chosen, the other values are counted with that one choice let go. Two passes a prime of 26
 * bits. Raises UnknownVariable or UnknownValue.
 */
export function countValues(range: CompiledRange | PricedRange, choices: Choices): Map<string, Map<string, bigint>> {
  const compiled = bare(range);
  const { layout, workspace } = compiled;
  const chosen = compiled.number(choices, workspace.chosen);
  const broken = findBroken(compiled, chosen);
  const primes = primesFor(compiled.configurations.toString(2).length);
  const up = residuesUp(compiled, broken, primes);
  const bySlot = primes.map((_, p) => countSlots(compiled, broken, primes, p, up));
  const exact = Array.from(broken, (_, s) =>
    recombine(
      bySlot.map((residues) => residues[s]!),
      primes,
    ),
  );
  const sums = [0, 1].map((breaks) => addBySet(layout, broken, exact, breaks));
  const counts = new Map<string, Map<string, bigint>>();
  compiled.variables.forEach(({ name, values }, v) => {
    const own = new Map<string, bigint>();
    values.forEach((value, index) => {
      const breaks = chosen[v]! >= 0 && chosen[v] !== index ? 1 : 0;
      own.set(value, sums[breaks]![layout.setOf[layout.firstGroup[v]! + index]!]!);
    });
    counts.set(name, own);
  });
  return counts;
}

/** For each set of slots, the sum over those that break so many choices. */
function addBySet(layout: Layout, broken: Int32Array, exact: readonly bigint[], breaks: number): bigint[] {
  const { firstMember, members } = layout;
  const sums = new Array<bigint>(firstMember.length - 1).fill(0n);
  for (let k = 0; k < sums.length; k++) {
    for (let m = firstMember[k]!; m < firstMember[k + 1]!; m++) {
      const slot = members[m]!;
      if (broken[slot] === breaks) sums[k]! += exact[slot]!;
    }
  }
  return sums;
}

/** For each slot, the configurations with the slot that break nothing else, modulo the prime at place p. */
function countSlots(
  range: CompiledRange,
  broken: Int32Array,
  primes: readonly number[],
  p: number,
  up: Float64Array,
): Float64Array {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children, nodeCount, slotCount } = range.circuit;
  const prime = primes[p]!;
  const inverse = 1 / prime;
  const width = primes.length;
  const found = new Float64Array(slotCount);
  const down = new Float64Array(nodeCount);
  down[0] = 1;
  for (let n = 0; n < nodeCount; n++) {
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      let breaks = 0;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) breaks += broken[slots[i]!]!;
      if (breaks > 1) continue;
      const first = edgeChildren[e]!;
      const last = edgeChildren[e + 1]!;
      let through = down[n]!;
      for (let i = first; i < last; i++) through = multiply(through, up[children[i]! * width + p]!, prime, inverse);
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) {
        const s = slots[i]!;
        if (broken[s] === breaks) found[s] = add(found[s]!, through, prime);
      }
      if (breaks !== 0) continue;
      for (let i = first; i < last; i++) {
        let others = down[n]!; // few children an edge: the others' product is made anew for each
        for (let k = first; k < last; k++) {
          if (k !== i) others = multiply(others, up[children[k]! * width + p]!, prime, inverse);
        }
        down[children[i]!] = add(down[children[i]!]!, others, prime);
      }
    }
  }
  return found;
}

function add(a: number, b: number, prime: number): number {
  return a + b >= prime ? a + b - prime : a + b;
}
