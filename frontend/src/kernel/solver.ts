/**
 * A small satisfiability solver: conflict-driven clause learning with two watched literals, first unique implication
 * points, activities that decay and restarts after Luby (Eén, Sörensson, "An extensible SAT-solver", SAT 2003).
 *
 * Literals are numbered 2v for variable v true and 2v + 1 for false. Deterministic.
 */

import { VariableOrder } from "./variableOrder";

const FREE = 0;
const TRUE = 1;
const FALSE = 2;
const NONE = -1;
const FAILED = -2;
const RESTART_AFTER = 64;

/** The literal that is true where this one is false. */
export function negate(literal: number): number {
  return literal ^ 1;
}

export class Solver {
  /** After a solve that failed: assumptions that, together, contradict the clauses; empty when the clauses alone do. */
  core: readonly number[] = [];
  /** After a solve that succeeded: for each variable 0 for true, 1 for false. */
  readonly model: Uint8Array;
  /** Clauses one after the other: length, then literals, the first two of them watched. */
  #arena: Int32Array;
  #end = 0;
  readonly #watches: number[][]; // for each literal: clauses that watch it, each with another of its literals
  readonly #values: Uint8Array; // for each literal FREE, TRUE or FALSE
  readonly #phases: Uint8Array;
  readonly #levels: Int32Array;
  readonly #reasons: Int32Array;
  readonly #trail: Int32Array;
  #trailEnd = 0;
  #propagated = 0;
  readonly #levelStarts: number[] = [];
  #assumed: readonly number[] = []; // the first levels decide these; they stay decided after a question
  readonly #order: VariableOrder;
  readonly #seen: Uint8Array;
  #isContradictory = false;

  /** `starts[c]..starts[c + 1]` are the literals of clause c. */
  constructor(variableCount: number, starts: Int32Array, literals: Int32Array) {
    this.model = new Uint8Array(variableCount);
    this.#arena = new Int32Array(2 * (literals.length + starts.length) + 1024);
    this.#watches = Array.from({ length: 2 * variableCount }, () => []);
    this.#values = new Uint8Array(2 * variableCount);
    this.#phases = new Uint8Array(variableCount).fill(1);
    this.#levels = new Int32Array(variableCount);
    this.#reasons = new Int32Array(variableCount).fill(NONE);
    this.#trail = new Int32Array(variableCount);
    this.#seen = new Uint8Array(variableCount);
    this.#order = new VariableOrder(variableCount);
    const marks = new Int32Array(2 * variableCount);
    for (let c = 0; c + 1 < starts.length; c++) {
      this.#addClause(literals.subarray(starts[c]!, starts[c + 1]!), marks, c + 1);
    }
    if (!this.#isContradictory && this.#propagate() !== NONE) this.#isContradictory = true;
  }

  /** Try these literals first wherever a value is free. */
  prefer(literals: Iterable<number>): void {
    for (const literal of literals) this.#phases[literal >> 1] = literal & 1;
  }

  /** Whether the clauses and the assumptions can hold together; then `model`, else `core`, is set. */
  solve(assumptions: readonly number[]): boolean {
    this.core = [];
    let same = 0;
    while (same < assumptions.length && assumptions[same] === this.#assumed[same]) same++;
    this.#backtrack(same);
    this.#assumed = [...assumptions];
    for (let restart = 1; !this.#isContradictory; restart++) {
      const result = this.#search(RESTART_AFTER * luby(restart));
      if (result !== undefined) return result;
    }
    return false;
  }

  /** One stretch up to a number of conflicts; undefined when they are used up or the clauses contradict themselves. */
  #search(conflicts: number): boolean | undefined {
    for (;;) {
      const conflict = this.#propagate();
      if (conflict !== NONE) {
        if (this.#levelStarts.length === 0) {
          this.#isContradictory = true;
          return undefined;
        }
        this.#learn(conflict);
        conflicts--;
        continue;
      }
      if (conflicts <= 0) {
        this.#backtrack(this.#assumed.length);
        return undefined;
      }
      const next = this.#decide();
      if (next === FAILED) return false;
      if (next === NONE) {
        for (let v = 0; v < this.model.length; v++) this.model[v] = this.#values[2 * v] === TRUE ? 0 : 1;
        this.#backtrack(this.#assumed.length);
        return true;
      }
      this.#levelStarts.push(this.#trailEnd);
      if (this.#values[next] === FREE) this.#assign(next, NONE);
    }
  }

  /** The next assumption (which may hold already), else the most active free variable; NONE when all have values. */
  #decide(): number {
    const level = this.#levelStarts.length;
    if (level < this.#assumed.length) {
      const assumption = this.#assumed[level]!;
      if (this.#values[assumption] !== FALSE) return assumption;
      this.core = this.#findCore(assumption);
      return FAILED;
    }
    for (let v = this.#order.pop(); v !== NONE; v = this.#order.pop()) {
      if (this.#values[2 * v] === FREE) return 2 * v + this.#phases[v]!;
    }
    return NONE;
  }

  #assign(literal: number, reason: number): void {
    const v = literal >> 1;
    this.#values[literal] = TRUE;
    this.#values[negate(literal)] = FALSE;
    this.#levels[v] = this.#levelStarts.length;
    this.#reasons[v] = reason;
    this.#trail[this.#trailEnd++] = literal;
  }

  /** `marks` has an entry a literal; those of this clause get the clause's own mark. */
  #addClause(given: Int32Array, marks: Int32Array, mark: number): void {
    const literals: number[] = [];
    for (let i = 0; i < given.length; i++) {
      const literal = given[i]!;
      if (marks[negate(literal)] === mark) return; // always true
      if (marks[literal] === mark) continue;
      marks[literal] = mark;
      literals.push(literal);
    }
    if (literals.length === 0) this.#isContradictory = true;
    else if (literals.length > 1) this.#store(literals);
    else if (this.#values[literals[0]!] === FREE) this.#assign(literals[0]!, NONE);
    else if (this.#values[literals[0]!] === FALSE) this.#isContradictory = true;
  }

  #store(literals: readonly number[]): number {
    const clause = this.#end;
    this.#end += literals.length + 1;
    if (this.#end > this.#arena.length) {
      const larger = new Int32Array(2 * this.#end);
      larger.set(this.#arena);
      this.#arena = larger;
    }
    this.#arena[clause] = literals.length;
    this.#arena.set(literals, clause + 1);
    this.#watches[literals[0]!]!.push(clause, literals[1]!);
    this.#watches[literals[1]!]!.push(clause, literals[0]!);
    return clause;
  }

  /** Follow what is assigned; the clause that is violated, or NONE. */
  #propagate(): number {
    while (this.#propagated < this.#trailEnd) {
      const conflict = this.#visit(negate(this.#trail[this.#propagated++]!));
      if (conflict !== NONE) return conflict;
    }
    return NONE;
  }

  /** Go through the clauses that watch a literal that has become false. */
  #visit(falsified: number): number {
    const arena = this.#arena;
    const values = this.#values;
    const watches = this.#watches[falsified]!;
    let kept = 0;
    let conflict = NONE;
    for (let i = 0; i < watches.length; i += 2) {
      const clause = watches[i]!;
      let other = watches[i + 1]!;
      if (conflict === NONE && values[other] !== TRUE) {
        const first = clause + 1;
        if (arena[first] === falsified) {
          arena[first] = arena[first + 1]!;
          arena[first + 1] = falsified;
        }
        other = arena[first]!;
        const value = values[other]!;
        if (value !== TRUE) {
          if (this.#moveWatch(clause, other)) continue;
          if (value === FALSE) conflict = clause;
          else this.#assign(other, clause);
        }
      }
      watches[kept] = clause;
      watches[kept + 1] = other;
      kept += 2;
    }
    if (kept < watches.length) watches.length = kept;
    return conflict;
  }

  /** Let a clause watch a literal that is not false instead of its second one; whether there is one. */
  #moveWatch(clause: number, head: number): boolean {
    const arena = this.#arena;
    const values = this.#values;
    const stop = clause + 1 + arena[clause]!;
    for (let k = clause + 3; k < stop; k++) {
      const literal = arena[k]!;
      if (values[literal] === FALSE) continue;
      arena[k] = arena[clause + 2]!;
      arena[clause + 2] = literal;
      this.#watches[literal]!.push(clause, head);
      return true;
    }
    return false;
  }

  /** Learn from a violated clause the first unique implication point's clause, and go back to where it speaks. */
  #learn(conflict: number): void {
    const learned = this.#analyse(conflict);
    let place = 1;
    for (let i = 2; i < learned.length; i++) {
      if (this.#levels[learned[i]! >> 1]! > this.#levels[learned[place]! >> 1]!) place = i;
    }
    if (learned.length === 1) {
      this.#backtrack(0);
      this.#assign(learned[0]!, NONE);
    } else {
      [learned[1], learned[place]] = [learned[place]!, learned[1]!];
      this.#backtrack(this.#levels[learned[1]! >> 1]!);
      this.#assign(learned[0]!, this.#store(learned));
    }
    this.#order.decay();
  }

  /** The literals of the clause to learn, the one of this level first. */
  #analyse(conflict: number): number[] {
    const here = this.#levelStarts.length;
    const learned = [NONE];
    const dropped: number[] = [];
    let open = 0;
    let at = this.#trailEnd;
    let reason = conflict;
    for (;;) {
      const stop = reason + 1 + this.#arena[reason]!;
      for (let k = reason + 1; k < stop; k++) {
        const literal = this.#arena[k]!;
        const v = literal >> 1;
        if (this.#seen[v] === 1 || this.#levels[v] === 0) continue;
        this.#seen[v] = 1;
        this.#order.bump(v);
        if (this.#levels[v] === here) open++;
        else learned.push(literal);
      }
      do at--;
      while (this.#seen[this.#trail[at]! >> 1] === 0);
      const uip = this.#trail[at]!;
      if (--open === 0) {
        learned[0] = negate(uip);
        break;
      }
      dropped.push(uip >> 1);
      reason = this.#reasons[uip >> 1]!;
    }
    for (const v of dropped) this.#seen[v] = 0;
    return this.#minimise(learned);
  }

  /** Leave out literals that the others imply by their reason. */
  #minimise(learned: number[]): number[] {
    const kept = learned.filter((literal, i) => i === 0 || !this.#isImplied(literal >> 1));
    for (const literal of learned) this.#seen[literal >> 1] = 0;
    return kept;
  }

  #isImplied(v: number): boolean {
    const reason = this.#reasons[v]!;
    if (reason === NONE) return false;
    const stop = reason + 1 + this.#arena[reason]!;
    for (let k = reason + 1; k < stop; k++) {
      const other = this.#arena[k]! >> 1;
      if (other !== v && this.#seen[other] === 0 && this.#levels[other] !== 0) return false;
    }
    return true;
  }

  /** The assumptions among those decided so far that made this one false, and itself. */
  #findCore(failed: number): number[] {
    const core = [failed];
    this.#seen[failed >> 1] = 1;
    const bottom = this.#levelStarts[0] ?? this.#trailEnd;
    for (let at = this.#trailEnd - 1; at >= bottom; at--) {
      const literal = this.#trail[at]!;
      if (this.#seen[literal >> 1] === 0) continue;
      this.#seen[literal >> 1] = 0;
      const reason = this.#reasons[literal >> 1]!;
      if (reason === NONE) {
        core.push(literal);
        continue;
      }
      const stop = reason + 1 + this.#arena[reason]!;
      for (let k = reason + 1; k < stop; k++) {
        const other = this.#arena[k]! >> 1;
        if (other !== literal >> 1 && this.#levels[other] !== 0) this.#seen[other] = 1;
      }
    }
    this.#seen[failed >> 1] = 0;
    return core;
  }

  #backtrack(level: number): void {
    if (this.#levelStarts.length <= level) return;
    const start = this.#levelStarts[level]!;
    for (let at = this.#trailEnd - 1; at >= start; at--) {
      const literal = this.#trail[at]!;
      this.#phases[literal >> 1] = literal & 1;
      this.#values[literal] = this.#values[negate(literal)] = FREE;
      this.#order.push(literal >> 1);
    }
    this.#trailEnd = this.#propagated = start;
    this.#levelStarts.length = level;
  }
}

/** 1, 1, 2, 1, 1, 2, 4, ... from i = 1 (Luby, Sinclair, Zuckerman 1993). */
function luby(i: number): number {
  for (;;) {
    const power = 2 ** Math.floor(Math.log2(i + 1));
    if (power === i + 1) return power / 2;
    i -= power - 1;
  }
}
