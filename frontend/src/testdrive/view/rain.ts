/** Rain: streaks in a box that goes with the camera, falling by the clock and leaning by the car's speed. */

import { BufferAttribute, BufferGeometry, LineSegments, ShaderMaterial } from "three";
import { seeded } from "../seeded";

const DROPS = 1300;
const BOX = 26; // m

export class Rain {
  readonly mesh: LineSegments;
  readonly #material: ShaderMaterial;

  constructor() {
    const random = seeded(99);
    const places = new Float32Array(6 * DROPS);
    const ends = new Float32Array(2 * DROPS);
    for (let i = 0; i < DROPS; i++) {
      const place = [random() * BOX, random() * BOX, random() * BOX];
      places.set([...place, ...place], 6 * i);
      ends[2 * i + 1] = 1;
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(places, 3));
    geometry.setAttribute("end", new BufferAttribute(ends, 1));
    this.#material = new ShaderMaterial({
      transparent: true,
      depthWrite: false,
      uniforms: { clock: { value: 0 }, wind: { value: [0, 0] } },
      vertexShader: `attribute float end;
uniform float clock;
uniform vec2 wind;
varying float vShare;
void main() {
  vec3 place = position;
  place.y -= clock * 11.0;
  place = mod(place - cameraPosition, ${BOX}.0) - ${BOX / 2}.0 + cameraPosition;
  vec3 along = vec3(-wind.x * 0.035, 0.5, -wind.y * 0.035);
  vShare = 0.34 * (1.0 - length(place - cameraPosition) / ${BOX / 2}.0);
  gl_Position = projectionMatrix * viewMatrix * vec4(place + along * end, 1.0);
}`,
      fragmentShader: `varying float vShare;
void main() {
  if (vShare <= 0.0) discard;
  gl_FragColor = vec4(0.86, 0.9, 0.92, vShare);
}`,
    });
    this.mesh = new LineSegments(geometry, this.#material);
    this.mesh.frustumCulled = false;
  }

  /** s since the start; velocity of the camera in the scene, m/s. */
  update(time: number, x: number, z: number): void {
    this.#material.uniforms["clock"]!.value = time % 1000;
    this.#material.uniforms["wind"]!.value = [x, z];
  }
}
