/** The authored rules of a range in clauses, from the bytes that usine/kernel/rule_file.py writes. */

import { isIndex, isList, isText, openContainer, type Kind } from "./container";
import type { Choices, Variable } from "./compiled";
import { ArtefactCorrupted, UnknownValue, UnknownVariable } from "./errors";

const RULES: Kind = { magic: "USINERUL", version: 1, noun: "rule file", remedy: "write it again from the range" };

/**
 * Clauses over `literalCount / 2` variables of the solver: literal 2v says that variable v is true, 2v + 1 that it is
 * not. `starts[c]..starts[c + 1]` are the literals of clause c; `switches[r]` is the literal that turns rule r on.
 */
export class Rules {
  readonly #literalOf: ReadonlyMap<string, ReadonlyMap<string, number>>;

  constructor(
    /** The key of the model that the rules are of: that of its compiled range, where no market restricts it. */
    readonly key: string,
    readonly names: readonly string[],
    variables: readonly Variable[],
    values: Int32Array,
    readonly switches: Int32Array,
    readonly starts: Int32Array,
    readonly literals: Int32Array,
    readonly variableCount: number,
  ) {
    let next = 0;
    this.#literalOf = new Map(
      variables.map(({ name, values: own }) => [name, new Map(own.map((v) => [v, values[next++]!]))]),
    );
  }

  /** The literals of some choices. Raises UnknownVariable or UnknownValue. */
  literalsOf(choices: Choices): number[] {
    return [...choices].map(([name, value]) => {
      const known = this.#literalOf.get(name);
      if (known === undefined) throw new UnknownVariable(`This range has no variable ${name}.`);
      const literal = known.get(value);
      if (literal === undefined) throw new UnknownValue(`The variable ${name} has no value ${value}.`);
      return literal;
    });
  }
}

/** The rules of a range. Raises ArtefactOutdated or ArtefactCorrupted as `openRange` does. */
export async function openRules(bytes: ArrayBuffer): Promise<Rules> {
  const { header, arrays } = await openContainer(bytes, RULES, 4);
  const [values, switches, starts, literals] = arrays as [Int32Array, Int32Array, Int32Array, Int32Array];
  const { key, variables, rules, variableCount } = header;
  const altered = (what: string) =>
    new ArtefactCorrupted(`This rule file is altered (${what}): write it again from the range.`);
  if (!isText(key) || !isList(variables, isVariable) || !isList(rules, isText)) throw altered("header");
  if (rules.length !== switches.length) throw altered("rules");
  if (variables.reduce((sum, [, own]) => sum + own.length, 0) !== values.length) throw altered("variables");
  const used = values.length + switches.length + literals.length; // every variable stands somewhere
  if (!isIndex(variableCount) || variableCount > used) throw altered("header");
  const most = 2 * variableCount;
  if ([values, switches, literals].some((array) => array.some((literal) => literal < 0 || literal >= most))) {
    throw altered("literals");
  }
  const isRising = starts.every((start, i) => (i === 0 ? start === 0 : start >= starts[i - 1]!));
  if (!isRising || starts[starts.length - 1] !== literals.length) throw altered("starts");
  const named = variables.map(([name, own]): Variable => ({ name, values: own }));
  return new Rules(key, rules, named, values, switches, starts, literals, variableCount);
}

function isVariable(value: unknown): value is [string, string[]] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isList(value[1], isText);
}
