/** Bundle one module of frontend/src for a page of its own: node scripts/bundle_entry.mjs testdrive/view/costs.ts FOLDER. */

import { basename, resolve } from "node:path";
import { build } from "vite";

const [entry, folder] = process.argv.slice(2);
const root = resolve(import.meta.dirname, "..");
await build({
  root,
  configFile: false,
  logLevel: "error",
  resolve: { alias: { "meshopt-reference": resolve(root, "node_modules/meshoptimizer/meshopt_decoder_reference.js") } },
  build: {
    outDir: resolve(folder),
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: resolve(root, "frontend/src", entry), formats: ["es"], fileName: () => basename(entry, ".ts") + ".js" },
  },
});
