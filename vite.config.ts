import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { defineConfig } from "vite";
import { leanThree } from "./frontend/build/leanThree";

const source = resolve(__dirname, "frontend/src");

/** Every island (`<name>/main.ts`), service worker (`<name>/worker.ts`) and style sheet (`styles/*.css`) is an entry of its own. */
function entries(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of readdirSync(source, { withFileTypes: true })) {
    for (const [name, file] of [[folder.name, "main.ts"], [`${folder.name}-worker`, "worker.ts"]] as const) {
      const path = join(source, folder.name, file);
      if (folder.isDirectory() && existsSync(path)) found[name] = path;
    }
  }
  const styles = join(source, "styles");
  if (existsSync(styles)) {
    for (const file of readdirSync(styles).filter((name) => name.endsWith(".css"))) {
      found[`${basename(file, ".css")}-style`] = join(styles, file);
    }
  }
  return found;
}

export default defineConfig({
  root: resolve(__dirname, "frontend"),
  base: "/static/",
  plugins: [leanThree()],
  resolve: { alias: { "meshopt-reference": resolve(__dirname, "node_modules/meshoptimizer/meshopt_decoder_reference.js") } },
  build: {
    outDir: resolve(__dirname, "frontend/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800, // kB before compression: three.js, which tests hold to its gzip size
    rollupOptions: { input: entries() },
  },
  // The time is a guard against hanging, not a measure: machines are busy.
  // Two at once also where there are two cores: by itself it would leave one of them idle.
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], testTimeout: 60_000, minWorkers: 2, maxWorkers: 2 },
} as never);
