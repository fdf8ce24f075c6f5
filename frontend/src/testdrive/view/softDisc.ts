/** A round spot that fades outwards, as a texture: the shine of a lamp, the shade below a car. */

import { CanvasTexture } from "three";

const PIXELS = 64;

/** `stops` are colours by their share of the way from `core` pixels off the middle to the edge. */
export function softDisc(stops: readonly (readonly [number, string])[], core = 0): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PIXELS;
  const context = canvas.getContext("2d")!;
  const half = PIXELS / 2;
  const soft = context.createRadialGradient(half, half, core, half, half, half);
  for (const [share, colour] of stops) soft.addColorStop(share, colour);
  context.fillStyle = soft;
  context.fillRect(0, 0, PIXELS, PIXELS);
  return new CanvasTexture(canvas);
}
