/**
 * Why not: a smallest set of authored rules that contradict some choices, by implicit hitting sets (Ignatiev, Previti,
 * Liffiton, Marques-Silva, "Smallest MUS extraction with minimal hitting set dualization", CP 2015). Deterministic.
 */

import type { Choices } from "./compiled";
import { Impossible } from "./errors";
import { findFirstHittingSet, findHittingSet } from "./hittingSet";
import type { Rules } from "./rules";
import { Solver } from "./solver";

const MAX_ROUNDS = 400;
const WHATEVER_ITS_RULES = "These choices are outside the range, whatever its rules.";

/**
 * A smallest set of rule names that contradict the choices, sorted; empty when nothing is contradicted.
 *
 * Of several smallest sets, any one. Where 400 rounds do not suffice to prove it smallest it is minimal: none of its
 * rules can be left out. Raises Impossible when the choices contradict what has no rule name, UnknownVariable or
 * UnknownValue.
 */
export function explain(rules: Rules, choices: Choices): string[] {
  const nameOf = new Map([...rules.switches].map((literal, r) => [literal, rules.names[r]!]));
  const found = new Search(rules, rules.literalsOf(choices)).run();
  return found.map((literal) => nameOf.get(literal)!).sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Of all smallest sets of rule names that contradict the choices, the first in the order of the names: that of
 * `explain_first` in Python. Else as `explain`.
 */
export function explainFirst(rules: Rules, choices: Choices): string[] {
  const found = new Search(rules, rules.literalsOf(choices)).findFirst();
  const wanted = new Set(found);
  return rules.names.filter((_name, r) => wanted.has(rules.switches[r]!)).sort((a, b) => (a < b ? -1 : 1));
}

/** One question, with a solver of its own: answers do not depend on what was asked before. */
class Search {
  readonly #solver: Solver;
  readonly #switches: readonly number[];
  readonly #fixed: readonly number[];
  /** Without these rules, nothing is contradicted: each contradicting set has one of each. */
  readonly #corrections: number[][] = [];

  constructor(rules: Rules, fixed: readonly number[]) {
    this.#solver = new Solver(rules.variableCount, rules.starts, rules.literals);
    this.#switches = [...rules.switches];
    this.#fixed = fixed;
  }

  run(): number[] {
    if (this.#holds(this.#switches)) return [];
    const core = new Set(this.#solver.core);
    const minimal = this.#shrink(this.#switches.filter((literal) => core.has(literal)));
    if (minimal.length === 0) throw new Impossible(WHATEVER_ITS_RULES);
    return minimal.length === 1 ? minimal : this.#findSmallest(minimal); // nothing is smaller than one rule
  }

  /**
   * The first of the smallest sets: while the first smallest hitting set of the corrections does not contradict, there is
   * one more of them; and once it does, every other smallest set hits the corrections too, so none comes before it.
   */
  findFirst(): number[] {
    if (this.#holds(this.#switches)) return [];
    this.#solver.prefer(this.#switches);
    let least = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const kept = findFirstHittingSet(this.#corrections, least);
      if (!kept) break;
      if (!this.#holds(kept)) {
        if (kept.length > 0) return kept;
        throw new Impossible(WHATEVER_ITS_RULES);
      }
      least = kept.length;
      this.#corrections.push(this.#findLeftOut(kept));
    }
    return this.run(); // too many rounds: any set of which none can be left out
  }

  #holds(kept: readonly number[]): boolean {
    return this.#solver.solve([...this.#fixed, ...kept]);
  }

  /** The smallest set; the minimal one where it is as small, or the search takes too long. */
  #findSmallest(minimal: number[]): number[] {
    this.#solver.prefer(this.#switches); // models then keep many rules: fewer questions to grow a set
    let least = 1;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const kept = findHittingSet(this.#corrections, least);
      if (!kept || kept.length >= minimal.length) break;
      if (!this.#holds(kept)) return kept;
      least = Math.max(least, kept.length);
      this.#corrections.push(this.#findLeftOut(kept));
    }
    return minimal;
  }

  /** The rules that cannot be added to those kept, tried in halves of halves: every contradicting set has one of them. */
  #findLeftOut(kept: readonly number[]): number[] {
    const grown = new Set(kept);
    const grow = () =>
      this.#switches
        .filter((literal) => this.#solver.model[literal >> 1] === (literal & 1))
        .forEach((literal) => grown.add(literal));
    grow();
    const leftOut: number[] = [];
    const add = (some: readonly number[]): void => {
      const left = some.filter((literal) => !grown.has(literal));
      if (left.length === 0) return;
      if (this.#holds([...grown, ...left])) grow();
      else if (left.length === 1) leftOut.push(left[0]!);
      else {
        const half = left.length >> 1;
        add(left.slice(0, half));
        add(left.slice(half));
      }
    };
    add(this.#switches);
    return leftOut;
  }

  /** A minimal contradicting subset of a contradicting set. */
  #shrink(contradicting: readonly number[]): number[] {
    let kept = [...contradicting];
    for (const literal of contradicting) {
      const rest = kept.filter((other) => other !== literal);
      if (this.#holds(rest)) continue;
      const core = new Set(this.#solver.core);
      kept = rest.filter((other) => core.has(other));
    }
    return kept;
  }
}
