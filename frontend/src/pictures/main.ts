// The cars' pictures, so that the build gives each a hashed address in its manifest; no page loads this module.
export default import.meta.glob("../assets/{cars/*,film/*,fonts/*.woff2,*.svg}", { eager: true, query: "?url", import: "default" });
