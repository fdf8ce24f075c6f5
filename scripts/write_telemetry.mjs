/** Write the golden telemetry of every vehicle to tests/golden/telemetry: node scripts/write_telemetry.mjs. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadDynamics } from "./bundle_dynamics.mjs";

const folder = resolve(import.meta.dirname, "../tests/golden/telemetry");
const { goldenDrive, vehicleNames } = await loadDynamics();
mkdirSync(folder, { recursive: true });
for (const name of vehicleNames) {
  const { vehicle, hash, rows } = goldenDrive(name);
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const head = `"vehicle": "${vehicle}",\n  "hash": "${hash}"`;
  writeFileSync(join(folder, `${name}.json`), `{\n  ${head},\n  "rows": [\n${lines}\n  ]\n}\n`);
  console.log(`${vehicle}: ${hash}`);
}
