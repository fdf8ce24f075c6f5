/** Smooth noise in the plane, the same on every machine: for hills, the edge of a wood, colours of a meadow. */

function corner(x: number, y: number, seed: number): number {
  let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
}

/** 0 to 1, one hill for each unit of x and y. */
export function noise(x: number, y: number, seed: number): number {
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  const ease = (t: number): number => t * t * (3 - 2 * t);
  const [u, v] = [ease(x - ix), ease(y - iy)];
  const low = corner(ix, iy, seed) * (1 - u) + corner(ix + 1, iy, seed) * u;
  const high = corner(ix, iy + 1, seed) * (1 - u) + corner(ix + 1, iy + 1, seed) * u;
  return low * (1 - v) + high * v;
}

/** The same with finer hills on the hills, 0 to 1. */
export function roughNoise(x: number, y: number, seed: number, octaves = 3): number {
  let [sum, weight, whole] = [0, 1, 0];
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise(x * 2 ** octave, y * 2 ** octave, seed + octave);
    whole += weight;
    weight /= 2;
  }
  return sum / whole;
}

/** 0 below `from`, 1 above `to`, an S between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
