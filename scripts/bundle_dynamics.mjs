/** Bundle the vehicle dynamics as one module, for scripts and benches that run in Node. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");

/** The module frontend/src/testdrive/dynamics/index.ts, ready to call. */
export async function loadDynamics() {
  const folder = mkdtempSync(join(tmpdir(), "dynamics-"));
  try {
    const entry = resolve(root, "frontend/src/testdrive/dynamics/index.ts");
    await build({
      root,
      configFile: false,
      logLevel: "warn",
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: "es2022",
        lib: { entry, formats: ["es"], fileName: () => "dynamics.mjs" },
      },
    });
    return await import(pathToFileURL(join(folder, "dynamics.mjs")).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
