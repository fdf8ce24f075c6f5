/**
 * The ground under a car: its shadow, soft at the rim and dark where the tyres stand, and in the dark showroom the pool of
 * light of the strips above it. By formula; no picture, one rectangle.
 */

import { type Box3, CustomBlending, type IUniform, Mesh, OneFactor, OneMinusSrcAlphaFactor, PlaneGeometry, ShaderMaterial, Vector2, Vector4 } from "three";

const REACH = 4; // m that the lit ground is longer and wider than the car, at each side

/** The ground for a car of these bounds whose tyres stand at the given places (x, z of the hubs); `night` as in Studio. */
export function makeFloor(bounds: Box3, hubs: readonly Vector2[], night: IUniform<number>): Mesh<PlaneGeometry, ShaderMaterial> {
  const half = new Vector2((bounds.max.x - bounds.min.x) / 2, (bounds.max.z - bounds.min.z) / 2);
  const centre = new Vector2((bounds.max.x + bounds.min.x) / 2, (bounds.max.z + bounds.min.z) / 2);
  const tyres = [0, 1, 2, 3].map((index) => hubs[index] ?? centre);
  const material = new ShaderMaterial({
    transparent: true,
    depthWrite: false,
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: OneMinusSrcAlphaFactor,
    uniforms: {
      halfSize: { value: half },
      tyres: { value: tyres.map((hub) => new Vector4(hub.x - centre.x, hub.y - centre.y, 0.1, 0.16)) },
      night,
    },
    vertexShader: /* glsl */ `
varying vec2 place;
void main() {
  place = position.xy * vec2(1.0, -1.0);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`,
    fragmentShader: /* glsl */ `
uniform vec2 halfSize;
uniform vec4 tyres[4];
uniform float night;
varying vec2 place;
float box(vec2 p, vec2 size, float radius) {
  vec2 q = abs(p) - size + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}
void main() {
  float wide = 1.0 - smoothstep(-0.55, 0.75, box(place, halfSize - vec2(0.12, 0.1), 0.5));
  float close = 1.0 - smoothstep(-0.30, 0.16, box(place, halfSize - vec2(0.16, 0.14), 0.35));
  float contact = 0.0;
  for (int i = 0; i < 4; i++) contact = max(contact, 1.0 - smoothstep(0.0, 0.22, box(place - tyres[i].xy, tyres[i].zw, 0.05)));
  float dark = 1.0 - (1.0 - 0.34 * wide * wide) * (1.0 - 0.5 * close) * (1.0 - 0.7 * contact);
  float pool = exp(-dot(place * vec2(0.34, 0.24), place * vec2(0.34, 0.24)));
  float stripes = 0.0;
  vec2 side = abs(place) - vec2(1.35, 3.1);
  stripes = exp(-pow(side.x * 1.6, 2.0)) * (1.0 - smoothstep(-1.2, 1.0, side.y));
  vec3 light = night * (1.0 - dark) * (pool * vec3(0.030, 0.032, 0.030) + pool * stripes * 0.030);
  gl_FragColor = vec4(light, dark);
  #include <colorspace_fragment>
}`,
  });
  const mesh = new Mesh(new PlaneGeometry(2 * (half.x + REACH), 2 * (half.y + REACH)), material);
  mesh.rotation.x = -Math.PI / 2;
  mesh.position.set(centre.x, 0.002, centre.y);
  mesh.renderOrder = -1;
  return mesh;
}
