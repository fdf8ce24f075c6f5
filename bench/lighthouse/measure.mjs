/**
 * Lighthouse on one page after the other, in one Chromium: `node measure.mjs CHROMIUM RUNS ADDRESS…`.
 *
 * Its own settings for a phone (a slow fourth-generation network and a processor four times slower, both simulated). The
 * first run of an address takes every category, the others only the performance. One JSON line an address.
 */
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, runs, ...addresses] = process.argv.slice(2);
const FIGURES = {
  fcp_ms: "first-contentful-paint",
  lcp_ms: "largest-contentful-paint",
  tbt_ms: "total-blocking-time",
  cls: "cumulative-layout-shift",
  speed_ms: "speed-index",
  bytes: "total-byte-weight",
};

const chromium = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
try {
  for (const address of addresses) console.log(JSON.stringify(await measure(address)));
} finally {
  await chromium.kill();
}

async function measure(address) {
  const first = await look(address, undefined);
  const found = { address, scores: {}, faults: [], performance: [], figures: [], machine: [] };
  for (const { id, score, auditRefs } of Object.values(first.categories)) {
    if (id === "performance") continue;
    found.scores[id] = Math.round(100 * (score ?? 0));
    const broken = auditRefs.filter((ref) => ref.weight > 0 && (first.audits[ref.id].score ?? 1) < 1);
    found.faults.push(...broken.map((ref) => ref.id));
  }
  for (let run = 0, seen = first; run < Number(runs); run++) {
    if (run > 0) seen = await look(address, ["performance"]);
    found.performance.push(Math.round(100 * (seen.categories.performance.score ?? 0)));
    found.machine.push(Math.round(seen.environment.benchmarkIndex));
    const read = ([name, audit]) => [name, seen.audits[audit].numericValue];
    found.figures.push(Object.fromEntries(Object.entries(FIGURES).map(read)));
  }
  return found;
}

/** A page of wrong addresses answers with 404 and is looked at all the same. A trace that failed is made again. */
async function look(address, onlyCategories, tries = 4) {
  const options = { port: chromium.port, logLevel: "error", disableFullPageScreenshot: true, ignoreStatusCode: true };
  const { lhr } = await lighthouse(address, onlyCategories ? { ...options, onlyCategories } : options);
  if (!lhr.runtimeError) return lhr;
  if (tries === 1) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  return look(address, onlyCategories, tries - 1);
}
