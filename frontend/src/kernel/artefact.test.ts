/** Bytes that are not what the kernel wrote are refused with one clear sentence; unknown names too. */

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { decode, readWorlds } from "./golden";
import {
  ArtefactCorrupted,
  ArtefactOutdated,
  ask,
  count,
  explain,
  ModelInvalid,
  openRange,
  openRules,
  price,
  UnknownValue,
  UnknownVariable,
} from "./index";

const world = readWorlds().find(({ name }) => name === "diagram 3")!;

function artefact(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(decode(world.artefact));
}

function ruleFile(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(decode(world.rules));
}

/** The bytes with a digest that agrees again: what is inside is altered, and nothing shows it outside. */
function sealed(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  bytes.set(createHash("sha256").update(bytes.subarray(0, -32)).digest(), bytes.length - 32);
  return bytes.buffer;
}

/** The file with another header; lengths and padding are kept right. */
function withHeader(change: (header: Record<string, unknown>) => void, old = artefact()): ArrayBuffer {
  const first = 16 + new DataView(old.buffer).getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(old.subarray(16, first))) as Record<string, unknown>;
  change(header);
  let text = new TextEncoder().encode(JSON.stringify(header));
  text = Uint8Array.from([...text, ...Array<number>((8 - (text.length % 8)) % 8).fill(32)]);
  const bytes = new Uint8Array(16 + text.length + old.length - first);
  bytes.set(old.subarray(0, 16));
  bytes.set(text, 16);
  bytes.set(old.subarray(first), 16 + text.length);
  new DataView(bytes.buffer).setUint32(12, text.length, true);
  return sealed(bytes);
}

test("truncated, foreign and altered bytes are refused wherever they are altered", async () => {
  const whole = artefact();
  for (const length of [0, 1, 15, 47, 48, whole.length - 1]) {
    await expect(openRange(whole.slice(0, length).buffer)).rejects.toThrow(ArtefactCorrupted);
  }
  await expect(openRange(new TextEncoder().encode("<html>".repeat(20)).buffer)).rejects.toThrow("not a compiled range");
  for (let at = 0; at < whole.length; at += 7) {
    const bytes = artefact();
    bytes[at]! ^= 1;
    await expect(openRange(bytes.buffer)).rejects.toThrow(ArtefactCorrupted);
  }
});

test("another version is refused as outdated", async () => {
  const bytes = artefact();
  bytes[8] = 1;
  await expect(openRange(bytes.buffer)).rejects.toThrow(ArtefactOutdated);
  await expect(openRange(bytes.buffer)).rejects.toThrow("version 1, not 2");
});

test.each([
  ["a compiled range", artefact, openRange],
  ["a rule file", ruleFile, openRules],
])("numbers of %s that lead outside are refused though the digest agrees", async (_, make, open) => {
  const view = new DataView(make().buffer);
  let offset = 16 + view.getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(make().subarray(16, offset))) as { lengths: number[] };
  for (const length of header.lengths) {
    for (let i = 0; i < length; i++) {
      for (const number of [-1, 2 ** 30]) {
        const bytes = make();
        new DataView(bytes.buffer).setInt32(offset + 4 * i, number, true);
        await expect(open(sealed(bytes))).rejects.toThrow(/altered \(/);
      }
    }
    offset += 4 * length + ((4 * length) % 8);
  }
  expect(offset).toBe(view.byteLength - 32);
});

test("a header that does not fit the circuit is refused though the digest agrees", async () => {
  await expect(openRange(withHeader(() => undefined))).resolves.toBeDefined();
  const changes: ((header: Record<string, unknown>) => void)[] = [
    (header) => delete header.key,
    (header) => (header.configurations = "many"),
    (header) => (header.lengths = [1, 2]),
    (header) => (header.lengths as number[])[0]!++,
    (header) => (header.variables as unknown[]).pop(),
    (header) => (header.variables as [string, string[]][])[0]![1].push("more"),
    (header) => (header.variables = [["engine", []]]),
    (header) => ((header.decisions as string[])[0] = "else"),
    (header) => (header.determined = { engine: ["trim", [99]] }),
    (header) => (header.terms = { tax: [["nothing"], [["a"]]] }),
    (header) => (header.terms = []),
  ];
  for (const change of changes) await expect(openRange(withHeader(change))).rejects.toThrow(/altered \(/);
});

test("a rule file that is truncated, foreign, outdated or does not fit itself is refused", async () => {
  const whole = ruleFile();
  await expect(openRules(whole.slice(0, -1).buffer)).rejects.toThrow(ArtefactCorrupted);
  await expect(openRules(artefact().buffer)).rejects.toThrow("not a rule file");
  whole[8] = 9;
  await expect(openRules(whole.buffer)).rejects.toThrow(ArtefactOutdated);
  const changes: ((header: Record<string, unknown>) => void)[] = [
    (header) => (header.rules as string[]).push("more"),
    (header) => (header.variables as unknown[]).pop(),
    (header) => (header.variables = "none"),
    (header) => delete header.variableCount,
  ];
  for (const change of changes) await expect(openRules(withHeader(change, ruleFile()))).rejects.toThrow(/altered \(/);
  const rules = await openRules(ruleFile().buffer);
  expect(() => explain(rules, new Map([["wheels", "x"]]))).toThrow(UnknownVariable);
  expect(() => explain(rules, new Map([[Object.keys(world.questions[0]!.counts)[0]!, "x"]]))).toThrow(UnknownValue);
});

test("unknown names and amounts that cannot be added exactly are refused", async () => {
  const range = await openRange(artefact().buffer);
  const priced = price(range, new Map());
  const { name } = range.variables[0]!;
  expect(() => ask(priced, new Map([["wheels", "x"]]))).toThrow(UnknownVariable);
  expect(() => count(range, new Map([[name, "x"]]))).toThrow(UnknownValue);
  expect(() => ask(priced, new Map()).values("wheels")).toThrow(UnknownVariable);
  expect(() => price(range, new Map([["tax", []]]))).toThrow("no price term tax");
  const [term, { rows }] = [...range.terms][0]!;
  expect(() => price(range, new Map([[term, [[["x", "y"], 1]]]]))).toThrow(ModelInvalid);
  expect(() => price(range, new Map([[term, [[rows[0]!, 0.5]]]]))).toThrow("no whole number");
  expect(() => price(range, new Map([[term, [[rows[0]!, 2 ** 52]]]]))).toThrow("too large");
});
