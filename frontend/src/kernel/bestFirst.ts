/**
 * Configurations one after the other, best first, as usine/kernel/best_first.py finds them.
 *
 * A* over partly built configurations: what is already fixed costs what it costs, what is open at least the least cost
 * below it, which one upward pass gives exactly. Every configuration is one derivation in the circuit: each comes once.
 */

import type { Circuit } from "./circuit";
import type { Choices, PricedRange } from "./compiled";
import { Impossible, ModelInvalid } from "./errors";
import { Heap } from "./heap";
import { edgeTotals, leastUp } from "./passes";
import { type Completion, costUnder, valuesOf } from "./queries";

/** A value wanted, and what it is worth in the unit of prices. */
export type Wish = readonly [variable: string, value: string, worth: number];

/**
 * Every configuration that keeps the choices, cheapest first; among equals, the first values first.
 *
 * Lazy: the first costs one pass, the next ones little each. Nothing comes when the choices contradict. Raises
 * UnknownVariable or UnknownValue when it is called.
 */
export function iterateCheapest(priced: PricedRange, choices: Choices): Generator<Completion, undefined> {
  const { compiled } = priced;
  const cost = costUnder(priced, choices, new Float64Array(compiled.circuit.slotCount));
  return (function* () {
    for (const { slots, total } of derive(compiled.circuit, cost))
      yield { values: valuesOf(compiled, slots), price: total };
    return undefined;
  })();
}

/**
 * The configuration that keeps the choices and has the least price plus worth of the wishes it leaves unfulfilled.
 *
 * The completion's price is the price alone. Raises Impossible when the choices contradict, ModelInvalid when the
 * worths are negative or too large to be added exactly.
 */
export function fulfil(priced: PricedRange, choices: Choices, wishes: readonly Wish[]): Completion {
  const { compiled } = priced;
  const { layout, circuit } = compiled;
  const cost = costUnder(priced, choices, new Float64Array(circuit.slotCount));
  const total = wishes.reduce((sum, [, , worth]) => sum + worth, 0);
  if (!wishes.every(([, , worth]) => Number.isSafeInteger(worth) && worth >= 0) || total > 2 ** 52) {
    throw new ModelInvalid("Wishes are worth between 0 and what prices can add up to: choose a larger unit.");
  }
  for (const [name, value, worth] of wishes) {
    const [variable, index] = compiled.indexOf(name, value);
    const group = layout.firstGroup[variable]! + index;
    for (let s = layout.decisionStart[variable]!; s < layout.decisionStop[variable]!; s++) cost[s]! += worth;
    for (let m = layout.firstMember[group]!; m < layout.firstMember[group + 1]!; m++)
      cost[layout.members[m]!]! -= worth;
  }
  return first(priced, derive(circuit, cost));
}

/**
 * The configuration with the least `figure` (a mass; a range with its sign turned) whose price is within the budget.
 *
 * `figure` is the same compiled range with other amounts. The completion's price is the price. Exact; the time can be
 * exponential where many configurations are better than the best within the budget, as in every knapsack. Raises
 * Impossible when none is within the budget.
 */
export function optimise(priced: PricedRange, choices: Choices, figure: PricedRange, budget: number): Completion {
  if (figure.compiled !== priced.compiled) {
    throw new ModelInvalid("The figure must be on the same compiled range as the prices.");
  }
  const { circuit } = priced.compiled;
  const cost = costUnder(figure, choices, new Float64Array(circuit.slotCount));
  const limited = costUnder(priced, choices, new Float64Array(circuit.slotCount));
  return first(priced, derive(circuit, cost, { cost: limited, most: budget }));
}

function first(priced: PricedRange, found: Generator<Derived>): Completion {
  const next = found.next();
  if (next.done) throw new Impossible("No configuration of this range has what is wanted.");
  const { slots } = next.value;
  const total = slots.reduce((sum, slot) => sum + priced.slotPrice[slot]!, 0);
  return { values: valuesOf(priced.compiled, slots), price: total };
}

interface Derived {
  readonly slots: number[];
  readonly total: number;
}

interface Limit {
  readonly cost: Float64Array;
  readonly most: number;
}

type List = { readonly item: number; readonly rest: List } | undefined;

interface State {
  readonly total: number;
  readonly depth: number;
  readonly serial: number;
  readonly limited: number;
  /** Nodes still to be opened, the next one first. */
  readonly waiting: List;
  /** Edges taken, the last one first. */
  readonly path: List;
}

/** The slots and the cost of each configuration, least cost first; with a limit, only those within it. */
function* derive(circuit: Circuit, cost: Float64Array, limit?: Limit): Generator<Derived, undefined> {
  if (circuit.isEmpty) return undefined;
  const [up, totals] = findTotals(circuit, cost);
  const [limitedUp, limitedTotals] = limit ? findTotals(circuit, limit.cost) : [up, totals];
  if (up[0] === Infinity) return undefined;
  const { nodeEdges, edgeChildren, children } = circuit;
  let serial = 0;
  const heap = new Heap<State>(isBefore);
  const root = { item: 0, rest: undefined };
  heap.push({ total: up[0]!, depth: 0, serial: serial++, limited: limitedUp[0]!, waiting: root, path: undefined });
  for (let state = heap.pop(); state; state = heap.pop()) {
    if (limit && state.limited > limit.most) continue;
    if (!state.waiting) {
      yield { slots: slotsOf(circuit, state.path), total: state.total };
      continue;
    }
    const node = state.waiting.item;
    for (let e = nodeEdges[node]!; e < nodeEdges[node + 1]!; e++) {
      if (totals[e] === Infinity) continue;
      let waiting: List = state.waiting.rest;
      for (let i = edgeChildren[e + 1]! - 1; i >= edgeChildren[e]!; i--)
        waiting = { item: children[i]!, rest: waiting };
      heap.push({
        total: state.total + (totals[e]! - up[node]!),
        depth: state.depth + 1,
        serial: serial++,
        limited: state.limited + (limitedTotals[e]! - limitedUp[node]!),
        waiting,
        path: { item: e, rest: state.path },
      });
    }
  }
  return undefined;
}

/** Cheaper first, then what is further built, then what was there earlier. */
function isBefore(a: State, b: State): boolean {
  if (a.total !== b.total) return a.total < b.total;
  return a.depth !== b.depth ? a.depth > b.depth : a.serial < b.serial;
}

function findTotals(circuit: Circuit, cost: Float64Array): [Float64Array, Float64Array] {
  const up = new Float64Array(circuit.nodeCount);
  leastUp(circuit, cost, up, new Int32Array(circuit.nodeCount));
  return [up, edgeTotals(circuit, cost, up)];
}

function slotsOf(circuit: Circuit, path: List): number[] {
  const slots: number[] = [];
  for (let step = path; step; step = step.rest) {
    for (let i = circuit.edgeSlots[step.item]!; i < circuit.edgeSlots[step.item + 1]!; i++)
      slots.push(circuit.slots[i]!);
  }
  return slots;
}
