/** What one asks of a compiled range: valid values with prices, the cheapest configuration; usine/kernel/queries.py. */

import { bare, type Choices, CompiledRange, PricedRange } from "./compiled";
import { countChosen } from "./counting";
import { Impossible } from "./errors";
import { findBroken, isFeasible, leastUp, spreadToValues, sweep } from "./passes";

const CONTRADICTING = "These choices cannot go together: use restore() to find the nearest configuration.";

/** The least and the greatest total price of the configurations with a value. */
export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * What is still possible under some choices; laid out when it is read.
 *
 * `minimum` and `maximum` are the bounds of all configurations that keep the choices, `count` their exact number.
 */
export class Answer {
  readonly #compiled: CompiledRange;
  readonly #chosen: Int32Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  #count: bigint | undefined;
  readonly minimum: number;
  readonly maximum: number;

  constructor(compiled: CompiledRange, chosen: Int32Array, low: Float64Array, high: Float64Array, total: Bounds) {
    this.#compiled = compiled;
    this.#chosen = chosen;
    this.#low = low;
    this.#high = high;
    this.minimum = total.minimum;
    this.maximum = total.maximum;
  }

  /** How many configurations keep the choices. */
  get count(): bigint {
    this.#count ??= countChosen(this.#compiled, this.#chosen);
    return this.#count;
  }

  /**
   * The price bounds of the configurations that have a value; undefined where it is not valid. For a variable already
   * chosen, another value is valid when it is possible once that one choice is let go.
   */
  bounds(name: string, value: string): Bounds | undefined {
    const [variable, index] = this.#compiled.indexOf(name, value);
    const group = this.#compiled.layout.firstGroup[variable]! + index;
    const minimum = this.#low[group]!;
    return minimum === Infinity ? undefined : { minimum, maximum: this.#high[group]! };
  }

  /** Every valid value of a variable, in the order of its domain, with its bounds. Raises UnknownVariable. */
  values(name: string): Map<string, Bounds> {
    const found = new Map<string, Bounds>();
    for (const value of this.#compiled.domain(name)) {
      const bounds = this.bounds(name, value);
      if (bounds) found.set(value, bounds);
    }
    return found;
  }
}

/** A whole configuration and its price. */
export interface Completion {
  readonly values: ReadonlyMap<string, string>;
  readonly price: number;
}

/** Whether some configuration keeps the choices. */
export function isPossible(range: CompiledRange | PricedRange, choices: Choices): boolean {
  const compiled = bare(range);
  const chosen = compiled.number(choices, compiled.workspace.chosen);
  if (compiled.isEmpty) return false;
  return isFeasible(compiled.circuit, findBroken(compiled, chosen), compiled.workspace.best);
}

/**
 * Every valid value of every variable with its price bounds, in two passes over the circuit.
 *
 * Raises Impossible when the choices contradict, UnknownVariable or UnknownValue.
 */
export function ask(priced: PricedRange, choices: Choices): Answer {
  const { compiled } = priced;
  const { workspace, layout } = compiled;
  const chosen = compiled.number(choices, new Int32Array(compiled.variables.length));
  if (compiled.isEmpty) {
    throw new Impossible("This range has no configuration at all: its rules contradict each other.");
  }
  const broken = findBroken(compiled, chosen);
  if (!sweep(compiled.circuit, broken, priced.slotPrice, workspace)) throw new Impossible(CONTRADICTING);
  const groups = layout.setOf.length;
  const low = new Float64Array(groups);
  const high = new Float64Array(groups);
  spreadToValues(compiled, chosen, low, high);
  return new Answer(compiled, chosen, low, high, { minimum: workspace.low[0]!, maximum: workspace.high[0]! });
}

/**
 * The cheapest configuration that keeps the choices; among equals, the first one in the order of the circuit.
 *
 * Raises Impossible when the choices contradict, UnknownVariable or UnknownValue.
 */
export function cheapest(priced: PricedRange, choices: Choices): Completion {
  const { compiled } = priced;
  const found = trace(compiled, costUnder(priced, choices, compiled.workspace.cost));
  if (!found) throw new Impossible(CONTRADICTING);
  return found;
}

/** Write what each slot costs under the choices: its price, or Infinity where it breaks one. */
export function costUnder(priced: PricedRange, choices: Choices, cost: Float64Array): Float64Array {
  const { compiled } = priced;
  const broken = findBroken(compiled, compiled.number(choices, compiled.workspace.chosen));
  for (let s = 0; s < cost.length; s++) cost[s] = broken[s] === 0 ? priced.slotPrice[s]! : Infinity;
  return cost;
}

/** The configuration of least cost, that cost being its price; undefined when every one is barred (Infinity). */
export function trace(compiled: CompiledRange, slotCost: Float64Array): Completion | undefined {
  if (compiled.isEmpty) return undefined;
  const { circuit, workspace } = compiled;
  const { low, best } = workspace;
  leastUp(circuit, slotCost, low, best);
  if (low[0] === Infinity) return undefined;
  const taken: number[] = [];
  const waiting = [0];
  while (waiting.length > 0) {
    const edge = best[waiting.pop()!]!;
    for (let i = circuit.edgeSlots[edge]!; i < circuit.edgeSlots[edge + 1]!; i++) taken.push(circuit.slots[i]!);
    for (let i = circuit.edgeChildren[edge]!; i < circuit.edgeChildren[edge + 1]!; i++)
      waiting.push(circuit.children[i]!);
  }
  return { values: valuesOf(compiled, taken), price: low[0]! };
}

/** The slots of a configuration as values, determined variables included, hidden ones left out. */
export function valuesOf(compiled: CompiledRange, slots: readonly number[]): Map<string, string> {
  const { slotStart } = compiled.circuit;
  const byDecision = [...slots].sort((a, b) => a - b).map((slot, d) => slot - slotStart[d]!);
  const values = new Map<string, string>();
  for (const variable of compiled.variables) {
    const image = compiled.determined.get(variable.name);
    const value = byDecision[compiled.decisionOf.get(image?.decision ?? variable.name)!]!;
    values.set(variable.name, variable.values[image ? image.values[value]! : value]!);
  }
  return values;
}
