/**
 * Configurations one after the other, best first, as usine/kernel/best_first.py finds them.
 *
 * A* over partly built configurations: what is already fixed costs what it costs, what is open at least the least cost
 * below it, which one upward pass gives exactly. Every configuration is one derivation in the circuit: each comes once.
 */

import type { Circuit } from "./circuit";
import type { Choices, PricedRange } from "./compiled";
import { Impossible, ModelInvalid, TooLarge } from "./errors";
import { Heap } from "./heap";
import { slotsOfGroup } from "./layout";
import { edgeTotals, leastUp } from "./passes";
import { type Completion, costUnder, valuesOf } from "./queries";

/** Of a search within a budget: some seconds, some hundred megabytes. */
const STEPS = 1_000_000;

/** A value wanted, and what it is worth in the unit of prices. */
export type Wish = readonly [variable: string, value: string, worth: number];

/**
 * Every configuration that keeps the choices, cheapest first; among equals, in the order of the circuit.
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
    for (let s = layout.decisionStart[variable]!; s < layout.decisionStop[variable]!; s++) cost[s]! += worth;
    for (const slot of slotsOfGroup(layout, layout.firstGroup[variable]! + index)) cost[slot]! -= worth;
  }
  return first(priced, derive(circuit, cost));
}

/**
 * The configuration with the least `figure` (a mass; a range with its sign turned) whose price is within the budget.
 *
 * `figure` is the same compiled range with other amounts. The completion's price is the price. Exact. Of two ways to
 * the same rest, only one that is cheaper or better is followed; the time can still be exponential, as in every
 * knapsack. Raises Impossible when none is within the budget, TooLarge after so many `steps`.
 */
export function optimise(
  priced: PricedRange,
  choices: Choices,
  figure: PricedRange,
  budget: number,
  steps = STEPS,
): Completion {
  if (figure.compiled !== priced.compiled) {
    throw new ModelInvalid("The figure must be on the same compiled range as the prices.");
  }
  const { circuit } = priced.compiled;
  const cost = costUnder(figure, choices, new Float64Array(circuit.slotCount));
  const limited = costUnder(priced, choices, new Float64Array(circuit.slotCount));
  return first(priced, derive(circuit, cost, new Limit(circuit, limited, budget, steps)));
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

/** Nodes still to be opened, or edges taken; the same list of nodes is the same object within one limited search. */
type List = { readonly item: number; readonly rest: List; readonly id: number } | undefined;

/** What a second sum may be at most. Of two beginnings with the same rest ahead, the one found later (not better) is
 * dropped unless it is cheaper: only the first configuration found is sure to come. */
class Limit {
  readonly up: Float64Array;
  readonly totals: Float64Array;
  readonly #lists = new Map<number, NonNullable<List>>();
  readonly #reached = new Map<List, number>();

  constructor(
    readonly circuit: Circuit,
    cost: Float64Array,
    readonly most: number,
    private stepsLeft: number,
  ) {
    [this.up, this.totals] = findTotals(circuit, cost);
  }

  /** The one list that has these. */
  prepend(item: number, rest: List): List {
    const sign = (rest?.id ?? 0) * this.circuit.nodeCount + item;
    let found = this.#lists.get(sign);
    if (!found) {
      found = { item, rest, id: this.#lists.size + 1 };
      this.#lists.set(sign, found);
    }
    return found;
  }

  /** Whether the limit can be kept and no beginning seen before is as cheap and as good. */
  isWorthFollowing(waiting: List, limited: number): boolean {
    if (limited > this.most || (this.#reached.get(waiting) ?? Infinity) <= limited) return false;
    this.#reached.set(waiting, limited);
    if (--this.stepsLeft >= 0) return true;
    throw new TooLarge(
      "The best configuration within the budget was not found in the steps allowed: " +
        "choose more, or give rounder amounts.",
    );
  }
}

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
  const { up: limitedUp, totals: limitedTotals } = limit ?? { up, totals };
  const prepend = (item: number, rest: List): List => limit?.prepend(item, rest) ?? { item, rest, id: 0 };
  if (up[0] === Infinity) return undefined;
  const { nodeEdges, edgeChildren, children } = circuit;
  let serial = 0;
  const heap = new Heap<State>(isBefore);
  const root = prepend(0, undefined);
  heap.push({ total: up[0]!, depth: 0, serial: serial++, limited: limitedUp[0]!, waiting: root, path: undefined });
  for (let state = heap.pop(); state; state = heap.pop()) {
    if (limit && !limit.isWorthFollowing(state.waiting, state.limited)) continue;
    if (!state.waiting) {
      yield { slots: slotsOf(circuit, state.path), total: state.total };
      continue;
    }
    const node = state.waiting.item;
    for (let e = nodeEdges[node]!; e < nodeEdges[node + 1]!; e++) {
      if (totals[e] === Infinity) continue;
      let waiting: List = state.waiting.rest;
      for (let i = edgeChildren[e + 1]! - 1; i >= edgeChildren[e]!; i--) waiting = prepend(children[i]!, waiting);
      heap.push({
        total: state.total + (totals[e]! - up[node]!),
        depth: state.depth + 1,
        serial: serial++,
        limited: state.limited + (limitedTotals[e]! - limitedUp[node]!),
        waiting,
        path: { item: e, rest: state.path, id: 0 },
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
