/** The solver and the hitting sets agree with trying everything, on problems drawn from fixed seeds. */

import { expect, test } from "vitest";
import { findHittingSet } from "./hittingSet";
import { negate, Solver } from "./solver";

/** Numbers from 0 to below `limit`, the same ones every time (Lehmer). */
function draws(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

function solverOf(variableCount: number, clauses: readonly number[][]): Solver {
  const starts = Int32Array.from({ length: clauses.length + 1 }, (_, c) => clauses.slice(0, c).flat().length);
  return new Solver(variableCount, starts, Int32Array.from(clauses.flat()));
}

function isTrue(literal: number, bits: number): boolean {
  return ((bits >> (literal >> 1)) & 1) !== (literal & 1);
}

function hasModel(variableCount: number, clauses: readonly number[][]): boolean {
  for (let bits = 0; bits < 2 ** variableCount; bits++) {
    if (clauses.every((clause) => clause.some((literal) => isTrue(literal, bits)))) return true;
  }
  return false;
}

test("what the solver says of random clauses is what trying every assignment says", () => {
  const draw = draws(7);
  const seen = { yes: 0, no: 0 };
  for (let round = 0; round < 300; round++) {
    const variables = 3 + draw(7);
    const clauses = Array.from({ length: 2 + draw(5 * variables) }, () =>
      Array.from({ length: 1 + draw(3) + (round % 2) }, () => draw(2 * variables)),
    );
    const solver = solverOf(variables, clauses);
    for (let question = 0; question < 4; question++) {
      const assumptions = Array.from({ length: draw(4) }, () => draw(2 * variables));
      const asked = [...clauses, ...assumptions.map((literal) => [literal])];
      const holds = solver.solve(assumptions);
      expect(holds).toBe(hasModel(variables, asked));
      seen[holds ? "yes" : "no"]++;
      if (holds) {
        const isKept = (literal: number) => solver.model[literal >> 1] === (literal & 1);
        expect(asked.every((clause) => clause.some(isKept))).toBe(true);
      } else {
        expect(assumptions).toEqual(expect.arrayContaining([...solver.core]));
        expect(hasModel(variables, [...clauses, ...[...solver.core].map((literal) => [literal])])).toBe(false);
      }
    }
  }
  expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(200);
});

test("pigeons do not fit into fewer holes, which takes learning and restarts", () => {
  const pigeons = 7;
  const holes = 6;
  const at = (pigeon: number, hole: number) => 2 * (pigeon * holes + hole);
  const clauses = Array.from({ length: pigeons }, (_, p) => Array.from({ length: holes }, (__, h) => at(p, h)));
  for (let h = 0; h < holes; h++) {
    for (let p = 0; p < pigeons; p++) for (let q = 0; q < p; q++) clauses.push([negate(at(p, h)), negate(at(q, h))]);
  }
  expect(solverOf(pigeons * holes, clauses).solve([])).toBe(false);
  expect(solverOf(pigeons * holes, clauses.slice(1)).solve([])).toBe(true);
});

test("a hitting set is smallest", () => {
  const draw = draws(11);
  for (let round = 0; round < 200; round++) {
    const sets = Array.from({ length: draw(7) }, () => [
      ...new Set(Array.from({ length: 1 + draw(4) }, () => draw(9))),
    ]);
    const found = findHittingSet(sets, 0)!;
    const isHit = (members: readonly number[]) => sets.every((set) => set.some((member) => members.includes(member)));
    expect(isHit(found)).toBe(true);
    for (let bits = 0; bits < 2 ** 9; bits++) {
      const members = Array.from({ length: 9 }, (_, m) => m).filter((m) => (bits >> m) & 1);
      if (members.length < found.length) expect(isHit(members)).toBe(false);
    }
  }
});

test("a hitting set that would take too many branches is not found rather than waited for", () => {
  const draw = draws(13);
  const sets = Array.from({ length: 400 }, () => Array.from({ length: 8 }, () => draw(120)));
  expect(findHittingSet(sets, 0)).toBeUndefined();
});
