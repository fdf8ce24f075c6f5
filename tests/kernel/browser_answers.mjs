/** Answer in the browser's kernel what tests/kernel/test_browser_kernel.py asks: node browser_answers.mjs FOLDER. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const kernel = await import(pathToFileURL(resolve(folder, "kernel.mjs")).href);
const bytes = (name) => Uint8Array.from(readFileSync(resolve(folder, name))).buffer;
const asked = JSON.parse(readFileSync(resolve(folder, "asked.json"), "utf-8"));
const range = await kernel.openRange(bytes("range.bin"));
const rules = await kernel.openRules(bytes("rules.bin"));
const priced = kernel.price(range, new Map(asked.prices));

/** A digest of every valid value with its bounds, the bounds of the whole, and the count. */
function answer(choices) {
  const found = kernel.ask(priced, choices);
  const lines = [`${found.minimum} ${found.maximum} ${found.count}`];
  for (const { name } of range.variables) {
    for (const [value, { minimum, maximum }] of found.values(name))
      lines.push(`${name} ${value} ${minimum} ${maximum}`);
  }
  return digest(lines);
}

function counts(choices) {
  const lines = [];
  for (const [name, of] of kernel.countValues(range, choices)) {
    for (const [value, count] of of) lines.push(`${name} ${value} ${count}`);
  }
  return digest(lines);
}

function digest(lines) {
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

function row({ price, values }) {
  return [price, digest([...values].map(([name, value]) => `${name} ${value}`))];
}

function wayOut({ givenUp, completion }) {
  return [givenUp, ...row(completion)];
}

function take(found, most) {
  const taken = [];
  for (const one of found) if (taken.push(one) === most) break;
  return taken;
}

const said = {
  answers: asked.states.map((state) => answer(new Map(state))),
  counts: asked.few.map((state) => counts(new Map(state))),
  cheapest: asked.few.map((state) => take(kernel.iterateCheapest(priced, new Map(state)), 3).map(row)),
  conflicts: asked.blocked.map(([state, wanted]) => kernel.conflict(priced, new Map(state), wanted)),
  restorations: asked.blocked.map(([state, wanted]) =>
    take(kernel.iterateRestorations(priced, new Map(state), wanted), 2).map(wayOut),
  ),
  explanations: asked.explained.map((choices) => kernel.explain(rules, new Map(choices))),
};
process.stdout.write(JSON.stringify(said));
