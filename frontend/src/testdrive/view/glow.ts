/** A soft shine around what is lit at dusk and in the rain: lamps, the lantern of a lighthouse. One draw call for all. */

import { AdditiveBlending, BufferAttribute, BufferGeometry, CanvasTexture, Color, Points, PointsMaterial, type Vector3 } from "three";
import type { Light } from "./palette";

const SIZE = 5; // m

/** Null by day: nothing shines against the sun. */
export function makeGlow(places: readonly Vector3[], light: Light): Points | null {
  if (places.length === 0 || light.lamps < 0.5) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const context = canvas.getContext("2d")!;
  const soft = context.createRadialGradient(32, 32, 0, 32, 32, 32);
  soft.addColorStop(0, "rgba(255,222,160,0.9)");
  soft.addColorStop(0.18, "rgba(255,205,130,0.42)");
  soft.addColorStop(1, "rgba(255,190,110,0)");
  context.fillStyle = soft;
  context.fillRect(0, 0, 64, 64);
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(places.flatMap(({ x, y, z }) => [x, y, z])), 3));
  const material = new PointsMaterial({
    map: new CanvasTexture(canvas),
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
