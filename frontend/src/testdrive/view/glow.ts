/** A soft shine around what is lit at dusk and in the rain: lamps, the lantern of a lighthouse. One draw call for all. */

import { AdditiveBlending, BufferAttribute, BufferGeometry, Color, Points, PointsMaterial, type Vector3 } from "three";
import type { Light } from "./palette";
import { softDisc } from "./softDisc";

const SIZE = 5; // m

/** Null by day: nothing shines against the sun. */
export function makeGlow(places: readonly Vector3[], light: Light): Points | null {
  if (places.length === 0 || light.lamps < 0.5) return null;
  const map = softDisc([[0, "rgba(255,222,160,0.9)"], [0.18, "rgba(255,205,130,0.42)"], [1, "rgba(255,190,110,0)"]]);
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(places.flatMap(({ x, y, z }) => [x, y, z])), 3));
  const material = new PointsMaterial({
    map,
    color: new Color(1, 1, 1).multiplyScalar(light.lamps * 0.8),
    size: SIZE,
    transparent: true,
    depthWrite: false,
    blending: AdditiveBlending,
    fog: false,
  });
  const points = new Points(geometry, material);
  points.frustumCulled = false;
  return points;
}
