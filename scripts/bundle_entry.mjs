/** Bundle frontend/src/testdrive/view/costs.ts into a folder, for bench/routes.py: node scripts/bundle_costs.mjs FOLDER. */

import { resolve } from "node:path";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");
await build({
  root,
  configFile: false,
  logLevel: "error",
  resolve: { alias: { "meshopt-reference": resolve(root, "node_modules/meshoptimizer/meshopt_decoder_reference.js") } },
  build: {
    outDir: resolve(process.argv[2]),
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: resolve(root, "frontend/src/testdrive/view/costs.ts"), formats: ["es"], fileName: () => "costs.js" },
  },
});
