/** The offer that a kit holds: its ranges opened and priced, its words ready. */

import {
  type CompiledRange,
  explainFirst,
  openRange,
  openRules,
  price,
  type PricedRange,
  type Prices,
  type Rules,
} from "../../kernel";
import { decodeBytes, type Feature, type FeatureValue, type Kit } from "./kit";
import { rest } from "./pieces";
import { Sentences } from "./sentences";

export const ON = "yes";
export const OFF = "no";

/** One additive part of a price: what it depends on, and the amounts of the values of that. */
export interface Term {
  readonly name: string;
  readonly scope: readonly string[];
  readonly amounts: ReadonlyMap<string, number>;
}

export class Offer {
  readonly sentences: Sentences;
  readonly features: ReadonlyMap<string, Feature>;
  readonly terms: readonly Term[];
  readonly #values: ReadonlyMap<string, ReadonlyMap<string, FeatureValue>>;
  readonly #reasons = new Map<string, readonly string[]>();

  private constructor(
    readonly kit: Kit,
    /** Everything that is offered. */
    readonly whole: PricedRange,
    /** What is offered to private people; `whole` where nothing is for companies only. */
    readonly private_: PricedRange,
    readonly rules: Rules,
  ) {
    this.sentences = new Sentences(kit.sentences, kit.counted);
    this.features = new Map(kit.features.map((feature) => [feature.name, feature]));
    this.#values = new Map(kit.features.map((f) => [f.name, new Map(f.values.map((value) => [value.name, value]))]));
    const amounts = new Map(kit.prices);
    this.terms = [...whole.compiled.terms].map(([name, { scope }]) => ({
      name,
      scope,
      amounts: new Map((amounts.get(name) ?? []).map(([row, amount]) => [row.join("\n"), amount])),
    }));
  }

  /** Raises what the kernel raises where the kit is not what it was written as. With pauses. */
  static async open(kit: Kit): Promise<Offer> {
    const open = async (bytes: string) => {
      const compiled = await openRange(decodeBytes(bytes).buffer);
      await rest();
      const priced = pricedBy(kit, compiled);
      await rest();
      return priced;
    };
    const whole = await open(kit.range);
    const rules = await openRules(decodeBytes(kit.rules).buffer);
    await rest();
    return new Offer(kit, whole, kit.private === null ? whole : await open(kit.private), rules);
  }

  feature(name: string): Feature {
    const found = this.features.get(name);
    if (!found) throw new Error(`The kit has no feature ${name}`);
    return found;
  }

  /** A value that the offer sells. */
  value(feature: string, value: string): FeatureValue {
    const found = this.#values.get(feature)?.get(value);
    if (!found) throw new Error(`The kit has no value ${value} of ${feature}`);
    return found;
  }

  isSold(feature: string, value: string): boolean {
    return this.#values.get(feature)?.has(value) ?? false;
  }

  isForCompanies(feature: string, value: string): boolean {
    return this.#values.get(feature)?.get(value)?.is_for_companies ?? false;
  }

  /** A smallest set of authored rules that contradict the choices, in the order of their names. */
  explain(choices: ReadonlyMap<string, string>): readonly string[] {
    const key = [...choices].map((choice) => choice.join(".")).sort().join("~");
    let found = this.#reasons.get(key);
    if (!found) {
      found = explainFirst(this.rules, choices);
      this.#reasons.set(key, found);
    }
    return found;
  }
}

/** A part of the range has a part of the price rows. */
function pricedBy(kit: Kit, compiled: CompiledRange): PricedRange {
  const prices = new Map<string, [readonly string[], number][]>();
  for (const [name, rows] of kit.prices) {
    const known = new Set(compiled.terms.get(name)?.rows.map((row) => row.join("\n")));
    const own = rows.filter(([row]) => known.has(row.join("\n")));
    if (own.length > 0) prices.set(name, own.map(([row, amount]) => [row, amount]));
  }
  return price(compiled, prices satisfies Prices);
}
