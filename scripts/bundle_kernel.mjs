/** Bundle the kernel in the browser as one module, for tests and benches: node scripts/bundle_kernel.mjs FOLDER. */

import { resolve } from "node:path";
import { build } from "vite";

const root = resolve(import.meta.dirname, "..");
await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: {
    outDir: resolve(process.argv[2]),
    target: "es2022",
    lib: { entry: resolve(root, "frontend/src/kernel/index.ts"), formats: ["es"], fileName: () => "kernel.mjs" },
  },
});
