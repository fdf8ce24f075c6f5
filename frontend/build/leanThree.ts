/**
 * Pages draw on screens, not in headsets, and car files hold no animation: what three brings along for both, wanted or not,
 * is left out of what is bundled. Moved code in a new version of three fails the build here.
 */

import type { Plugin } from "vite";

interface Cut {
  readonly what: RegExp;
  readonly instead: string;
}

const NO_HEADSET = `class WebXRManager extends EventDispatcher {
	enabled = false;
	isPresenting = false;
	cameraAutoUpdate = false;
	getEnvironmentBlendMode() { return 'opaque'; }
	hasDepthSensing() { return false; }
	getDepthSensingMesh() { return null; }
	getCamera() { return null; }
	updateCamera() {}
	setAnimationLoop() {}
	dispose() {}
}
`;
const NO_ANIMATION = "\n\tloadAnimation() { return Promise.reject( new Error( 'animations are left out' ) ); }\n";

/** Code by the file that it stands in: classes end at a brace in the first column, methods at one behind a tab. */
const CUTS: readonly (readonly [file: RegExp, cuts: readonly Cut[]])[] = [
  [
    /three[\\/]build[\\/]three\.module\.js$/,
    [
      { what: /class WebXRDepthSensing \{[\s\S]*?\n\}\n/, instead: "" },
      { what: /class WebXRManager extends EventDispatcher \{[\s\S]*?\n\}\n/, instead: NO_HEADSET },
    ],
  ],
  [
    /three[\\/]examples[\\/]jsm[\\/]loaders[\\/]GLTFLoader\.js$/,
    [
      { what: /class GLTFCubicSplineInterpolant extends [\s\S]*?\n\}\n/, instead: "" },
      { what: /class GLTFCubicSplineQuaternionInterpolant extends [\s\S]*?\n\}\n/, instead: "" },
      { what: /\n\tloadAnimation\( animationIndex \) \{[\s\S]*?\n\t\}\n/, instead: NO_ANIMATION },
      { what: /\n\t_createAnimationTracks\([^)]*\) \{[\s\S]*?\n\t\}\n/, instead: "\n" },
      { what: /\n\t_createCubicSplineTrackInterpolant\([^)]*\) \{[\s\S]*?\n\t\}\n/, instead: "\n" },
    ],
  ],
];

export function leanThree(): Plugin {
  return {
    name: "lean-three",
    transform(code, id) {
      const cuts = CUTS.find(([file]) => file.test(id.split("?")[0]!))?.[1];
      if (!cuts) return null;
      return { code: cuts.reduce(cut, code), map: null };
    },
  };
}

function cut(code: string, { what, instead }: Cut): string {
  if (!what.test(code)) throw new Error(`three has moved ${what.source}: look at frontend/build/leanThree.ts.`);
  return code.replace(what, instead);
}
