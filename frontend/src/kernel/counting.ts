/** Exact counts of any size: sums of 40-bit limbs on diagrams, residues modulo primes on other circuits. */

import { bare, type Choices, type CompiledRange, type PricedRange } from "./compiled";
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
  const up = range.workspace.counts(range.circuit.nodeCount);
  const residues = primes.map((prime) => {
    residuesUp(range, broken, prime, up);
    return up[0]!;
  });
  return recombine(residues, primes);
}

/** Write the count of each node modulo a prime. */
function residuesUp(range: CompiledRange, broken: Int32Array, prime: number, up: Float64Array): void {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children } = range.circuit;
  const inverse = 1 / prime;
  for (let n = range.circuit.nodeCount - 1; n >= 0; n--) {
    let total = 0;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      let product = 1;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) if (broken[slots[i]!] !== 0) product = 0;
      if (product === 0) continue;
      for (let i = edgeChildren[e]!; i < edgeChildren[e + 1]!; i++) {
        product = multiply(product, up[children[i]!]!, prime, inverse);
      }
      total += product;
      if (total >= prime) total -= prime;
    }
    up[n] = total;
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
  const { layout, circuit, workspace } = compiled;
  const chosen = compiled.number(choices, workspace.chosen);
  const broken = findBroken(compiled, chosen);
  const primes = primesFor(compiled.configurations.toString(2).length);
  const bySlot = circuit.isEmpty ? [] : primes.map((prime) => countSlots(compiled, broken, prime));
  const exact = Array.from(broken, (_, s) =>
    recombine(
      bySlot.map((residues) => residues[s]!),
      primes,
    ),
  );
  const counts = new Map<string, Map<string, bigint>>();
  compiled.variables.forEach(({ name, values }, v) => {
    const own = new Map<string, bigint>();
    values.forEach((value, index) => {
      const breaks = chosen[v]! >= 0 && chosen[v] !== index ? 1 : 0;
      const group = layout.firstGroup[v]! + index;
      let total = 0n;
      for (let m = layout.firstMember[group]!; m < layout.firstMember[group + 1]!; m++) {
        if (broken[layout.members[m]!] === breaks) total += exact[layout.members[m]!]!;
      }
      own.set(value, total);
    });
    counts.set(name, own);
  });
  return counts;
}

/** For each slot, the configurations with the slot that break nothing else, modulo a prime. */
function countSlots(range: CompiledRange, broken: Int32Array, prime: number): Float64Array {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children, nodeCount, slotCount } = range.circuit;
  const inverse = 1 / prime;
  const found = new Float64Array(slotCount);
  const up = range.workspace.counts(nodeCount);
  const down = new Float64Array(nodeCount);
  residuesUp(range, broken, prime, up);
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
      for (let i = first; i < last; i++) through = multiply(through, up[children[i]!]!, prime, inverse);
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) {
        const s = slots[i]!;
        if (broken[s] === breaks) found[s] = add(found[s]!, through, prime);
      }
      if (breaks !== 0) continue;
      for (let i = first; i < last; i++) {
        let others = down[n]!; // few children an edge: the others' product is made anew for each
        for (let k = first; k < last; k++) {
          if (k !== i) others = multiply(others, up[children[k]!]!, prime, inverse);
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
