/** Conflicts and restorations: what stands in the way of a wanted value, and the nearest way out; restoration.py. */

import { bare, type Choices, type CompiledRange, type PricedRange } from "./compiled";
import { Impossible } from "./errors";
import { Heap } from "./heap";
import { slotsOfGroup } from "./layout";
import { type Completion, isPossible, trace } from "./queries";

/** A variable and the value that it should take. */
export type Wanted = readonly [variable: string, value: string];

/** The nearest way out: the choices kept (with the wanted one), those given up, and the cheapest configuration. */
export interface Restoration {
  readonly choices: ReadonlyMap<string, string>;
  readonly givenUp: readonly string[];
  readonly completion: Completion;
}

/**
 * A minimal set of own choices (variable names) that, together, exclude the wanted value; empty when it is possible.
 *
 * A choice of the wanted variable itself does not count. Earlier choices are rather left out than later ones.
 * QuickXplain (Junker, AAAI 2004). Raises Impossible when the range itself excludes the value.
 */
export function conflict(range: CompiledRange | PricedRange, choices: Choices, wanted: Wanted): string[] {
  const compiled = bare(range);
  const [name, value] = wanted;
  for (const [variable, chosen] of [...choices, wanted]) compiled.indexOf(variable, chosen);
  const others = [...choices.keys()].filter((key) => key !== name);
  const isConsistent = (kept: readonly string[]) => isPossible(compiled, pick(choices, kept).set(name, value));
  if (!isConsistent([])) throw new Impossible(`The value ${value} of ${name} is in no configuration of this range.`);
  return isConsistent(others) ? [] : quickXplain(others, isConsistent);
}

/**
 * A minimal set of choices (variable names) that no configuration has together; empty when all go together.
 *
 * Raises Impossible when the range has no configuration at all.
 */
export function findContradiction(range: CompiledRange | PricedRange, choices: Choices): string[] {
  if (isPossible(range, choices)) return [];
  if (!isPossible(range, new Map())) {
    throw new Impossible("This range has no configuration at all: its rules contradict each other.");
  }
  return quickXplain([...choices.keys()], (kept) => isPossible(range, pick(choices, kept)));
}

function pick(choices: Choices, names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [name, choices.get(name)!]));
}

/** A minimal inconsistent subset of the candidates, in their order; the empty set is consistent. */
function quickXplain(candidates: readonly string[], isConsistent: (kept: readonly string[]) => boolean): string[] {
  const explain = (base: readonly string[], hasNew: boolean, parts: readonly string[]): readonly string[] => {
    if (hasNew && !isConsistent(base)) return [];
    if (parts.length === 1) return parts;
    const half = Math.floor(parts.length / 2);
    const firstHalf = parts.slice(0, half);
    const fromSecond = explain([...base, ...firstHalf], true, parts.slice(half));
    const fromFirst = explain([...base, ...fromSecond], fromSecond.length > 0, firstHalf);
    return [...fromFirst, ...fromSecond];
  };
  const found = new Set(explain([], false, candidates));
  return candidates.filter((name) => found.has(name));
}

/**
 * Give up the fewest choices so that the wanted value is possible; among those, the cheapest configuration.
 *
 * Without a wanted value: repair choices that contradict each other. `locked` variables keep their choice. One
 * least-cost pass where letting a choice go costs more than any price: optimal, not a heuristic. Raises Impossible.
 */
export function restore(
  priced: PricedRange,
  choices: Choices,
  wanted?: Wanted,
  locked: Iterable<string> = [],
): Restoration {
  const { asked, hard } = split(priced, choices, wanted, locked);
  const found = solve(priced, asked, hard);
  if (!found) throw new Impossible("No configuration of this range has what is wanted.");
  return found;
}

/**
 * Every way out, fewest choices given up first, then cheapest: `restore` is the first.
 *
 * A way out that gives up more than another one does is left out. Nothing comes where nothing can be done. Each step
 * keeps one more of the choices that a way out gave up (the tree of Reiter, "A theory of diagnosis from first
 * principles", AIJ 1987, best first), one pass each. Raises UnknownVariable or UnknownValue when it is called.
 */
export function iterateRestorations(
  priced: PricedRange,
  choices: Choices,
  wanted?: Wanted,
  locked: Iterable<string> = [],
): Generator<Restoration, undefined> {
  const { asked, hard } = split(priced, choices, wanted, locked);
  return search(priced, asked, hard);
}

interface Step {
  readonly serial: number;
  readonly kept: ReadonlySet<string>;
  readonly wayOut: Restoration;
}

function* search(priced: PricedRange, asked: Choices, hard: ReadonlySet<string>): Generator<Restoration, undefined> {
  const names = [...asked.keys()];
  const heap = new Heap<Step>(isBefore);
  const seen = new Set<string>();
  const found: (readonly string[])[] = [];
  let serial = 0;
  const push = (kept: ReadonlySet<string>) => {
    const sign = names.map((name) => (kept.has(name) ? "1" : "0")).join("");
    if (seen.has(sign)) return;
    seen.add(sign);
    const wayOut = solve(priced, asked, new Set([...hard, ...kept]));
    if (wayOut) heap.push({ serial: serial++, kept, wayOut });
  };
  push(new Set());
  for (let step = heap.pop(); step; step = heap.pop()) {
    const { kept, wayOut } = step;
    const givenUp = new Set(wayOut.givenUp);
    if (!found.some((earlier) => earlier.every((name) => givenUp.has(name)))) {
      found.push(wayOut.givenUp);
      yield wayOut;
    }
    for (const name of wayOut.givenUp) push(new Set([...kept, name]));
  }
  return undefined;
}

function isBefore(a: Step, b: Step): boolean {
  const fewer = a.wayOut.givenUp.length - b.wayOut.givenUp.length;
  if (fewer !== 0) return fewer < 0;
  const cheaper = a.wayOut.completion.price - b.wayOut.completion.price;
  return cheaper !== 0 ? cheaper < 0 : a.serial < b.serial;
}

/** The choices with the wanted one, and which of them must hold. */
function split(priced: PricedRange, choices: Choices, wanted: Wanted | undefined, locked: Iterable<string>) {
  const asked = new Map(choices);
  if (wanted) asked.set(wanted[0], wanted[1]);
  for (const [name, value] of asked) priced.compiled.indexOf(name, value);
  const hard = new Set([...locked, ...(wanted ? [wanted[0]] : [])].filter((name) => asked.has(name)));
  return { asked, hard };
}

function solve(priced: PricedRange, asked: Choices, hard: ReadonlySet<string>): Restoration | undefined {
  const { compiled, spread } = priced;
  const cost = compiled.workspace.cost;
  cost.set(priced.slotPrice);
  for (const [name, value] of asked) penalise(compiled, cost, name, value, hard.has(name) ? Infinity : spread);
  const found = trace(compiled, cost);
  if (!found) return undefined;
  const givenUp = [...asked.keys()].filter((name) => found.values.get(name) !== asked.get(name));
  const choices = new Map([...asked].filter(([name]) => !givenUp.includes(name)));
  return { choices, givenUp, completion: { values: found.values, price: found.price - spread * givenUp.length } };
}

/** Add to the cost of every slot that does not give the variable the value. */
function penalise(range: CompiledRange, cost: Float64Array, name: string, value: string, penalty: number): void {
  const { firstGroup } = range.layout;
  const [variable, index] = range.indexOf(name, value);
  const own = firstGroup[variable]! + index;
  for (let g = firstGroup[variable]!; g < firstGroup[variable + 1]!; g++) {
    if (g === own) continue;
    for (const slot of slotsOfGroup(range.layout, g)) cost[slot]! += penalty;
  }
}
