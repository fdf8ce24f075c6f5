/**
 * The passes over a circuit: from the leaves up and from the root down, one visit an edge; usine/kernel/passes.py.
 *
 * Amounts are whole numbers in doubles, exact because `price` refuses sums past 2^53; Infinity bars. What may be gone
 * through is said by `broken`: for each slot, how many choices it violates.
 */

import type { Circuit } from "./circuit";
import type { CompiledRange } from "./compiled";
import type { Workspace } from "./workspace";

/** For each slot, how many of the choices (an index for each variable, -1 for none) it violates; in the workspace. */
export function findBroken(range: CompiledRange, chosen: Int32Array): Int32Array {
  const { firstGroup, setOf, firstMember, members, decisionStart, decisionStop } = range.layout;
  const { broken } = range.workspace;
  broken.fill(0);
  for (let v = 0; v < chosen.length; v++) {
    if (chosen[v]! < 0) continue;
    const stop = decisionStop[v]!;
    for (let s = decisionStart[v]!; s < stop; s++) broken[s]!++;
    const own = setOf[firstGroup[v]! + chosen[v]!]!;
    const last = firstMember[own + 1]!;
    for (let m = firstMember[own]!; m < last; m++) broken[members[m]!]!--;
  }
  return broken;
}

/** Whether some configuration breaks nothing; there is at least one node. */
export function isFeasible(circuit: Circuit, broken: Int32Array, open: Int32Array): boolean {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children } = circuit;
  for (let n = circuit.nodeCount - 1; n >= 0; n--) {
    open[n] = 0;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop && open[n] === 0; e++) {
      let live = 1;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) if (broken[slots[i]!] !== 0) live = 0;
      for (let i = edgeChildren[e]!; i < edgeChildren[e + 1]!; i++) live &= open[children[i]!]!;
      open[n] = live;
    }
  }
  return open[0] === 1;
}

/** Write the least cost of each node (Infinity: none) and its first edge of that cost (-1: none). */
export function leastUp(circuit: Circuit, cost: Float64Array, up: Float64Array, best: Int32Array): void {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children } = circuit;
  for (let n = circuit.nodeCount - 1; n >= 0; n--) {
    let least = Infinity;
    let first = -1;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      let total = 0;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) total += cost[slots[i]!]!;
      for (let i = edgeChildren[e]!; i < edgeChildren[e + 1]!; i++) total += up[children[i]!]!;
      if (total < least) {
        least = total;
        first = e;
      }
    }
    up[n] = least;
    best[n] = first;
  }
}

/** The least cost through each edge, from the least costs of the nodes; Infinity where it is barred. */
export function edgeTotals(circuit: Circuit, cost: Float64Array, up: Float64Array): Float64Array {
  const { edgeSlots, slots, edgeChildren, children } = circuit;
  const totals = new Float64Array(circuit.edgeCount);
  for (let e = 0; e < totals.length; e++) {
    let total = 0;
    for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) total += cost[slots[i]!]!;
    for (let i = edgeChildren[e]!; i < edgeChildren[e + 1]!; i++) total += up[children[i]!]!;
    totals[e] = total;
  }
  return totals;
}

/**
 * Whether something is possible; its price bounds are then `low[0]` and `high[0]` of the workspace, and those of each
 * slot with all choices but one it may break `slotLow` and `slotHigh`.
 */
export function sweep(circuit: Circuit, broken: Int32Array, price: Float64Array, work: Workspace): boolean {
  if (circuit.child) return sweepDiagram(circuit, circuit.child, broken, price, work);
  sweepUp(circuit, broken, price, work);
  if (work.low[0] === Infinity) return false;
  sweepDown(circuit, broken, work);
  return true;
}

function sweepDiagram(
  circuit: Circuit,
  child: Int32Array,
  broken: Int32Array,
  price: Float64Array,
  work: Workspace,
): boolean {
  const { nodeEdges, slots, nodeCount } = circuit;
  const { low, high, slotLow, slotHigh, downLow, downHigh } = work;
  low[nodeCount] = high[nodeCount] = 0;
  for (let n = nodeCount - 1; n >= 0; n--) {
    let least = Infinity;
    let most = -Infinity;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      const s = slots[e]!;
      if (broken[s] !== 0) continue;
      const c = child[e]!;
      const cheapest = low[c]! + price[s]!;
      const dearest = high[c]! + price[s]!;
      if (cheapest < least) least = cheapest;
      if (dearest > most) most = dearest;
    }
    low[n] = least;
    high[n] = most;
  }
  if (low[0] === Infinity) return false;
  slotLow.fill(Infinity);
  slotHigh.fill(-Infinity);
  downLow.fill(Infinity);
  downHigh.fill(-Infinity);
  downLow[0] = downHigh[0] = 0;
  for (let n = 0; n < nodeCount; n++) {
    const fromLow = downLow[n]!;
    const fromHigh = downHigh[n]!;
    if (fromLow === Infinity) continue;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      const s = slots[e]!;
      const breaks = broken[s]!;
      if (breaks > 1) continue;
      const c = child[e]!;
      const hereLow = fromLow + price[s]!;
      const hereHigh = fromHigh + price[s]!;
      const throughLow = hereLow + low[c]!; // infinite where the child is shut: then it lowers nothing
      const throughHigh = hereHigh + high[c]!;
      if (throughLow < slotLow[s]!) slotLow[s] = throughLow;
      if (throughHigh > slotHigh[s]!) slotHigh[s] = throughHigh;
      if (breaks !== 0) continue;
      // Also where the child is shut: what breaks one choice may be below.
      if (hereLow < downLow[c]!) downLow[c] = hereLow;
      if (hereHigh > downHigh[c]!) downHigh[c] = hereHigh;
    }
  }
  return true;
}

function sweepUp(circuit: Circuit, broken: Int32Array, price: Float64Array, work: Workspace): void {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children } = circuit;
  const { low, high, edgeLow, edgeHigh, violated } = work;
  for (let n = circuit.nodeCount - 1; n >= 0; n--) {
    let least = Infinity;
    let most = -Infinity;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      let breaks = 0; // choices broken, and children shut
      let cheapest = 0;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) {
        breaks += broken[slots[i]!]!;
        cheapest += price[slots[i]!]!;
      }
      let dearest = cheapest;
      for (let i = edgeChildren[e]!; i < edgeChildren[e + 1]!; i++) {
        const c = children[i]!;
        if (low[c] === Infinity) {
          breaks++;
        } else {
          cheapest += low[c]!;
          dearest += high[c]!;
        }
      }
      violated[e] = breaks;
      edgeLow[e] = cheapest;
      edgeHigh[e] = dearest;
      if (breaks !== 0) continue;
      if (cheapest < least) least = cheapest;
      if (dearest > most) most = dearest;
    }
    low[n] = least;
    high[n] = most;
  }
}

function sweepDown(circuit: Circuit, broken: Int32Array, work: Workspace): void {
  const { nodeEdges, edgeSlots, slots, edgeChildren, children } = circuit;
  const { low, high, slotLow, slotHigh, downLow, downHigh, edgeLow, edgeHigh, violated } = work;
  slotLow.fill(Infinity);
  slotHigh.fill(-Infinity);
  downLow.fill(Infinity);
  downHigh.fill(-Infinity);
  downLow[0] = downHigh[0] = 0;
  for (let n = 0; n < circuit.nodeCount; n++) {
    if (downLow[n] === Infinity) continue;
    const stop = nodeEdges[n + 1]!;
    for (let e = nodeEdges[n]!; e < stop; e++) {
      const breaks = violated[e]!;
      if (breaks > 1) continue;
      const throughLow = downLow[n]! + edgeLow[e]!;
      const throughHigh = downHigh[n]! + edgeHigh[e]!;
      let isBrokenHere = false;
      for (let i = edgeSlots[e]!; i < edgeSlots[e + 1]!; i++) {
        const s = slots[i]!;
        if (broken[s] !== 0) isBrokenHere = true;
        if (broken[s] !== breaks) continue;
        if (throughLow < slotLow[s]!) slotLow[s] = throughLow;
        if (throughHigh > slotHigh[s]!) slotHigh[s] = throughHigh;
      }
      if (isBrokenHere) continue;
      for (let i = edgeChildren[e]!; i < edgeChildren[e + 1]!; i++) {
        const c = children[i]!;
        const isShut = low[c] === Infinity; // the only one: what breaks one choice may be below
        if (!isShut && breaks !== 0) continue;
        const hereLow = isShut ? throughLow : throughLow - low[c]!;
        const hereHigh = isShut ? throughHigh : throughHigh - high[c]!;
        if (hereLow < downLow[c]!) downLow[c] = hereLow;
        if (hereHigh > downHigh[c]!) downHigh[c] = hereHigh;
      }
    }
  }
}

/**
 * The bounds of each value from those of its slots: a slot counts where it breaks no choice but its variable's.
 * Goes from the slots that are left to the sets that have them, of which there are fewer with every choice.
 */
export function spreadToValues(range: CompiledRange, chosen: Int32Array, low: Float64Array, high: Float64Array): void {
  const { firstGroup, setOf, firstOfSlot, sets } = range.layout;
  const { broken, slotLow, slotHigh, setLow, setHigh } = range.workspace;
  setLow.fill(Infinity);
  setHigh.fill(-Infinity);
  for (let s = 0; s < broken.length; s++) {
    if (broken[s] !== 0) continue;
    const cheapest = slotLow[s]!;
    if (cheapest === Infinity) continue;
    const dearest = slotHigh[s]!;
    const stop = firstOfSlot[s + 1]!;
    for (let i = firstOfSlot[s]!; i < stop; i++) {
      const k = sets[i]!;
      if (cheapest < setLow[k]!) setLow[k] = cheapest;
      if (dearest > setHigh[k]!) setHigh[k] = dearest;
    }
  }
  for (let g = 0; g < setOf.length; g++) {
    low[g] = setLow[setOf[g]!]!;
    high[g] = setHigh[setOf[g]!]!;
  }
  for (let v = 0; v < chosen.length; v++) {
    if (chosen[v]! < 0) continue;
    for (let g = firstGroup[v]!; g < firstGroup[v + 1]!; g++) {
      if (g - firstGroup[v]! !== chosen[v]) boundOther(range, g, low, high);
    }
  }
}

/** The bounds of a value that would let its variable's choice go: of its slots that break that one choice alone. */
function boundOther(range: CompiledRange, g: number, low: Float64Array, high: Float64Array): void {
  const { setOf, firstMember, members } = range.layout;
  const { broken, slotLow, slotHigh } = range.workspace;
  let least = Infinity;
  let most = -Infinity;
  const stop = firstMember[setOf[g]! + 1]!;
  for (let m = firstMember[setOf[g]!]!; m < stop; m++) {
    const s = members[m]!;
    if (broken[s] !== 1) continue;
    if (slotLow[s]! < least) least = slotLow[s]!;
    if (slotHigh[s]! > most) most = slotHigh[s]!;
  }
  low[g] = least;
  high[g] = most;
}
