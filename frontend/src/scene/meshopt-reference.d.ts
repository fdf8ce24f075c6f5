/** The decoder in plain JavaScript that meshoptimizer ships beside its wasm one; an alias in vite.config.ts finds it. */
declare module "meshopt-reference" {
  export { MeshoptDecoder } from "meshoptimizer/decoder";
}
