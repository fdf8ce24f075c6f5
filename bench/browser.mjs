/**
 * Time the kernel in the browser, in Node (`node bench/browser.mjs FOLDER`) or in a page (`measure`).
 *
 * FOLDER holds kernel.mjs (scripts/bundle_kernel.mjs) and what bench/browser.py writes: range.bin, rules.bin, asked.json.
 */

const WARM = 300; // clicks before anything is timed: a page is warm after its first minute

/** Milliseconds of each question, by what is asked; throws where an answer is not Python's. */
export async function measure(kernel, rangeBytes, ruleBytes, asked) {
  const times = {};
  const range = await timed(times, "open", () => kernel.openRange(rangeBytes));
  const rules = await timed(times, "open rules", () => kernel.openRules(ruleBytes));
  const priced = await timed(times, "price", () => kernel.price(range, new Map(asked.prices)));
  const states = asked.states.map((state) => new Map(state));
  const names = range.variables.map(({ name }) => name);
  const click = (choices) => {
    const answer = kernel.ask(priced, choices);
    return answer.count;
  };
  const read = (choices) => {
    const answer = kernel.ask(priced, choices);
    return names.reduce((total, name) => total + answer.values(name).size, Number(answer.count > 0n));
  };
  const blocked = asked.blocked.map(([state, wanted]) => [new Map(state), wanted]);
  const counts = run(times, "click", states, click, WARM);
  const best = Array.from(
    { length: 4 },
    () => run(times, "click, best of 5", states, click, 0) && times["click, best of 5"],
  );
  times["click, best of 5"] = times.click.map((first, i) => Math.min(first, ...best.map((again) => again[i])));
  run(times, "click, every bound read", states, read, WARM);
  run(times, "count values", states.slice(0, 100), (choices) => kernel.countValues(priced, choices));
  run(times, "minimal conflict", blocked, ([choices, wanted]) => kernel.conflict(priced, choices, wanted));
  run(times, "cheapest restoration", blocked, ([choices, wanted]) => kernel.restore(priced, choices, wanted));
  run(times, "three restorations", blocked, ([choices, wanted]) =>
    take(kernel.iterateRestorations(priced, choices, wanted), 3),
  );
  run(times, "k = 10 cheapest", states.slice(0, 400), (choices) => take(kernel.iterateCheapest(priced, choices), 10));
  const contradicting = blocked
    .slice(0, asked.explained.length)
    .map(([choices, wanted]) => new Map([...choices, wanted]));
  const explained = run(times, "explanation", contradicting, (choices) => kernel.explain(rules, choices).length);
  counts.forEach((count, i) => expect(count === BigInt(asked.counts[i]), `count ${i}`));
  explained.forEach((size, i) => expect(size === asked.explained[i], `explanation ${i}`));
  return times;
}

async function timed(times, what, question) {
  const start = performance.now();
  const found = await question();
  times[what] = [performance.now() - start];
  return found;
}

function run(times, what, states, question, warm = 10) {
  for (const state of states.slice(0, warm)) question(state);
  times[what] = [];
  return states.map((state) => {
    const start = performance.now();
    const found = question(state);
    times[what].push(performance.now() - start);
    return found;
  });
}

function take(found, most) {
  const taken = [];
  for (const one of found) if (taken.push(one) === most) break;
  return taken;
}

function expect(holds, what) {
  if (!holds) throw new Error(`The browser's answer is not Python's: ${what}.`);
}

if (globalThis.process) {
  const { readFileSync } = await import("node:fs");
  const { pathToFileURL } = await import("node:url");
  const { resolve } = await import("node:path");
  const folder = process.argv[2];
  const bytes = (name) => Uint8Array.from(readFileSync(`${folder}/${name}`)).buffer;
  const kernel = await import(pathToFileURL(resolve(folder, "kernel.mjs")).href);
  const asked = JSON.parse(readFileSync(`${folder}/asked.json`, "utf-8"));
  console.log(JSON.stringify(await measure(kernel, bytes("range.bin"), bytes("rules.bin"), asked)));
}
