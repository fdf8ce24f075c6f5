/** A compiled range: the circuit of all its configurations, and what its slots mean; usine/kernel/compiled.py. */

import type { Circuit } from "./circuit";
import { UnknownValue, UnknownVariable } from "./errors";
import { findLayout, type Layout } from "./layout";
import { Workspace } from "./workspace";

/** A decision with a finite, ordered domain of distinct values. */
export interface Variable {
  readonly name: string;
  readonly values: readonly string[];
}

/** Variable name to chosen value; a partial configuration. Its order is the order in which the choices were made. */
export type Choices = ReadonlyMap<string, string>;

/** The decision that determines a variable, and the variable's value index for each value of the decision. */
export interface Image {
  readonly decision: string;
  readonly values: readonly number[];
}

/** The variables that a price term depends on, and the rows of their values that may carry an amount. */
export interface Term {
  readonly scope: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What an artefact says beside its circuit. */
export interface Contents {
  readonly key: string;
  readonly variables: readonly Variable[];
  readonly decisions: readonly string[];
  readonly determined: ReadonlyMap<string, Image>;
  readonly terms: ReadonlyMap<string, Term>;
  readonly configurations: bigint;
}

/**
 * Everything that can be configured. `variables` are the authored ones in their order; `decisions` name what has slots
 * in the circuit: authored variables, and hidden ones of price terms (they start with a dollar sign).
 */
export class CompiledRange {
  readonly key: string;
  readonly variables: readonly Variable[];
  readonly decisions: readonly string[];
  readonly determined: ReadonlyMap<string, Image>;
  readonly terms: ReadonlyMap<string, Term>;
  /** How many configurations there are. */
  readonly configurations: bigint;
  /** The values of each authored variable. */
  readonly domains: ReadonlyMap<string, readonly string[]>;
  /** The place of each authored variable. */
  readonly variableOf: ReadonlyMap<string, number>;
  /** The place of each decision. */
  readonly decisionOf: ReadonlyMap<string, number>;
  /** Which slots stand for which values. */
  readonly layout: Layout;
  /** Scratch arrays of the passes; nothing in them lasts from one question to the next. */
  readonly workspace: Workspace;
  readonly #valueIndex: ReadonlyMap<string, ReadonlyMap<string, number>>;

  constructor(
    contents: Contents,
    readonly circuit: Circuit,
  ) {
    this.key = contents.key;
    this.variables = contents.variables;
    this.decisions = contents.decisions;
    this.determined = contents.determined;
    this.terms = contents.terms;
    this.configurations = contents.configurations;
    this.domains = new Map(this.variables.map((v) => [v.name, v.values]));
    this.variableOf = new Map(this.variables.map((v, i) => [v.name, i]));
    this.decisionOf = new Map(this.decisions.map((name, i) => [name, i]));
    this.#valueIndex = new Map(this.variables.map((v) => [v.name, new Map(v.values.map((value, i) => [value, i]))]));
    this.layout = findLayout(this);
    this.workspace = new Workspace(this);
  }

  /** No configuration at all. */
  get isEmpty(): boolean {
    return this.circuit.isEmpty;
  }

  /** The first slot, and the one after the last, of the decision that a variable is or that determines it. */
  slotsOf(name: string): readonly [number, number] {
    const place = this.decisionOf.get(this.determined.get(name)?.decision ?? name)!;
    return [this.circuit.slotStart[place]!, this.circuit.slotStart[place + 1]!];
  }

  /** The values of a variable. Raises UnknownVariable. */
  domain(name: string): readonly string[] {
    const values = this.domains.get(name);
    if (values === undefined) throw new UnknownVariable(`This range has no variable ${name}.`);
    return values;
  }

  /** The place of a variable and of a value in its domain. Raises UnknownVariable or UnknownValue. */
  indexOf(name: string, value: string): readonly [number, number] {
    const known = this.#valueIndex.get(name);
    if (known === undefined) throw new UnknownVariable(`This range has no variable ${name}.`);
    const index = known.get(value);
    if (index === undefined) throw new UnknownValue(`The variable ${name} has no value ${value}.`);
    return [this.variableOf.get(name)!, index];
  }

  /** Write for each variable the index of the chosen value, -1 without one. Raises as `indexOf` does. */
  number(choices: Choices, chosen: Int32Array): Int32Array {
    chosen.fill(-1);
    for (const [name, value] of choices) {
      const [variable, index] = this.indexOf(name, value);
      chosen[variable] = index;
    }
    return chosen;
  }
}

/** A compiled range with the amounts of one price list on its slots; whole numbers in the caller's unit. */
export class PricedRange {
  /** More than any two configurations can differ by; one decision adds at most its widest difference. */
  readonly spread: number;

  constructor(
    readonly compiled: CompiledRange,
    readonly slotPrice: Float64Array,
  ) {
    const { slotStart } = compiled.circuit;
    this.spread = 1;
    for (let d = 0; d + 1 < slotStart.length; d++) {
      const own = slotPrice.subarray(slotStart[d]!, slotStart[d + 1]!);
      this.spread += own.reduce((a, b) => Math.max(a, b)) - own.reduce((a, b) => Math.min(a, b));
    }
  }
}

/** The compiled range of what may carry prices. */
export function bare(range: CompiledRange | PricedRange): CompiledRange {
  return range instanceof PricedRange ? range.compiled : range;
}
