/** Every answer of the kernel in the browser is that of the reference engine in Python. */

import { describe, expect, test } from "vitest";
import { decode, type Question, readWorlds, type World } from "./golden";
import { ask, cheapest, count, countValues, Impossible, isPossible, openRange, price, type PricedRange } from "./index";

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

  test("the cheapest configuration", async () => {
    const priced = await open(world);
    for (const question of world.questions) {
      const choices = choicesOf(question);
      if (!question.completion) {
        expect(() => cheapest(priced, choices)).toThrow(Impossible);
        continue;
      }
      const found = cheapest(priced, choices);
      expect([found.price, [...found.values.values()]]).toEqual(question.completion);
    }
  });
});

test("there are worlds of both forms", async () => {
  const forms = await Promise.all(worlds.map(async (world) => (await open(world)).compiled.circuit.child === undefined));
  expect(forms.filter((isDecomposition) => isDecomposition).length).toBeGreaterThan(5);
  expect(forms.filter((isDecomposition) => !isDecomposition).length).toBeGreaterThan(5);
});

function toRecord<A, B>(map: ReadonlyMap<string, A>, turn: (value: A) => B): Record<string, B> {
  return Object.fromEntries([...map].map(([key, value]) => [key, turn(value)]));
}
