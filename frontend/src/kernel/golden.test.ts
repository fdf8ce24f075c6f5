/** Every answer of the kernel in the browser is that of the reference engine in Python. */

import { describe, expect, test } from "vitest";
import { decode, type Question, readWorlds, type World } from "./golden";
import {
  ask,
  cheapest,
  type Completion,
  conflict,
  count,
  countValues,
  explain,
  explainFirst,
  findContradiction,
  fulfil,
  Impossible,
  isPossible,
  iterateCheapest,
  iterateRestorations,
  openRange,
  openRules,
  optimise,
  price,
  type PricedRange,
  restore,
  TooLarge,
} from "./index";

const worlds = readWorlds();

async function open(world: World): Promise<PricedRange> {
  return price(await openRange(decode(world.artefact)), new Map(world.prices));
}

function choicesOf(question: Question): Map<string, string> {
  return new Map(question.choices);
}

describe.each(worlds.map((world) => [world.name, world] as const))("%s", (_, world) => {
  test("counts", async () => {
    const priced = await open(world);
    for (const question of world.questions) {
      const choices = choicesOf(question);
      expect(count(priced, choices)).toBe(BigInt(question.count));
      expect(isPossible(priced, choices)).toBe(question.count !== "0");
      const counts = [...countValues(priced, choices)].map(([name, of]) => [name, toRecord(of, String)]);
      expect(Object.fromEntries(counts)).toEqual(question.counts);
    }
  });

  test("valid values and price bounds", async () => {
    const priced = await open(world);
    for (const question of world.questions) {
      const choices = choicesOf(question);
      if (!question.answer) {
        expect(() => ask(priced, choices)).toThrow(Impossible);
        continue;
      }
      const answer = ask(priced, choices);
      const values = priced.compiled.variables.map(({ name }) => [
        name,
        toRecord(answer.values(name), ({ minimum, maximum }) => [minimum, maximum]),
      ]);
      const { minimum, maximum } = answer;
      expect({ minimum, maximum, values: Object.fromEntries(values) }).toEqual(question.answer);
      expect(answer.count).toBe(BigInt(question.count));
    }
  });

  test("configurations that are best by something", async () => {
    const priced = await open(world);
    const figure = price(priced.compiled, new Map(world.figure));
    for (const question of world.questions) {
      const choices = choicesOf(question);
      expect(orNull(() => rowOf(cheapest(priced, choices)))).toEqual(question.completion);
      expect(orNull(() => rowOf(fulfil(priced, choices, world.wishes)))).toEqual(question.fulfilled);
      expect(take(iterateCheapest(priced, choices), question.cheapest.length || 1).map(rowOf)).toEqual(
        question.cheapest,
      );
      if (!question.best) continue;
      const [budget, ...row] = question.best;
      expect(rowOf(optimise(priced, choices, figure, budget))).toEqual(row);
    }
  });

  test("conflicts", async () => {
    const priced = await open(world);
    for (const question of world.questions) {
      for (const [name, value, expected] of question.conflicts) {
        expect(orNull(() => conflict(priced, choicesOf(question), [name, value]))).toEqual(expected);
      }
    }
  });

  test("restorations", async () => {
    const priced = await open(world);
    for (const question of world.questions) {
      const choices = choicesOf(question);
      for (const [wanted, expected] of question.restorations) {
        const ways = take(
          iterateRestorations(priced, choices, wanted ?? undefined),
          world.name.startsWith("large") ? 3 : 100,
        );
        expect(ways.map(({ givenUp, completion }) => [givenUp, ...rowOf(completion)])).toEqual(expected);
        expect(orNull(() => restore(priced, choices, wanted ?? undefined)) ?? undefined).toEqual(ways[0]);
        for (const way of ways) {
          const asked = new Map([...choices, ...(wanted ? [wanted] : [])]);
          expect([...way.choices.keys(), ...way.givenUp].sort()).toEqual([...asked.keys()].sort());
          for (const [kept, value] of way.choices) expect(way.completion.values.get(kept)).toBe(value);
        }
      }
    }
  });

  test("explanations are smallest sets of rules", async () => {
    const rules = await openRules(decode(world.rules));
    for (const question of world.questions.filter(({ explanations }) => explanations !== undefined)) {
      const found = orNull(() => explain(rules, choicesOf(question)));
      if (question.explanations) expect(question.explanations).toContainEqual(found);
      else expect(found).toBeNull();
      expect(orNull(() => explainFirst(rules, choicesOf(question)))).toEqual(question.explanations?.[0] ?? null);
    }
  });
});

test("a search within a budget stops after the steps allowed", async () => {
  const priced = await open(worlds.find(({ name }) => name === "large, compiled")!);
  const { maximum } = ask(priced, new Map());
  expect(() => optimise(priced, new Map(), priced, maximum, 1)).toThrow(TooLarge);
  expect(optimise(priced, new Map(), priced, maximum).price).toBe(cheapest(priced, new Map()).price);
});

test("a locked choice is never given up", async () => {
  const world = worlds.find(({ questions }) =>
    questions.some((q) => q.restorations.some(([, ways]) => ways.length > 1)),
  )!;
  const priced = await open(world);
  const question = world.questions.find((q) => q.restorations.some(([, ways]) => ways.length > 1))!;
  const [wanted, ways] = question.restorations.find(([, found]) => found.length > 1)!;
  const locked = ways[0]![0][0]!;
  const kept = restore(priced, choicesOf(question), wanted ?? undefined, [locked]);
  expect(kept.givenUp).not.toContain(locked);
  expect(kept.givenUp).toEqual(ways.find(([givenUp]) => !givenUp.includes(locked))![0]);
});

test("what no choices have together is found, and no choice in it can be left out", async () => {
  for (const world of worlds) {
    const priced = await open(world);
    for (const question of world.questions) {
      const choices = choicesOf(question);
      if (priced.compiled.isEmpty) {
        expect(() => findContradiction(priced, choices)).toThrow(Impossible);
        continue;
      }
      const found = findContradiction(priced, choices);
      expect(found.length > 0).toBe(question.count === "0");
      const kept = new Map(question.choices.filter(([name]) => found.includes(name)));
      if (found.length > 0) expect(isPossible(priced, kept)).toBe(false);
      for (const name of found) {
        const rest = new Map([...kept].filter(([other]) => other !== name));
        expect(isPossible(priced, rest)).toBe(true);
      }
    }
  }
});

test("there are worlds of both forms", async () => {
  const forms = await Promise.all(
    worlds.map(async (world) => (await open(world)).compiled.circuit.child === undefined),
  );
  expect(forms.filter((isDecomposition) => isDecomposition).length).toBeGreaterThan(5);
  expect(forms.filter((isDecomposition) => !isDecomposition).length).toBeGreaterThan(5);
});

function toRecord<A, B>(map: ReadonlyMap<string, A>, turn: (value: A) => B): Record<string, B> {
  return Object.fromEntries([...map].map(([key, value]) => [key, turn(value)]));
}

function orNull<T>(question: () => T): T | null {
  try {
    return question();
  } catch (error) {
    if (error instanceof Impossible) return null;
    throw error;
  }
}

function take<T>(found: Iterator<T>, most: number): T[] {
  const taken: T[] = [];
  while (taken.length < most) {
    const next = found.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

function rowOf({ price, values }: Completion): [number, string[]] {
  return [price, [...values.values()]];
}
