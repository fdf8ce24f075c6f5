/**
 * Sky and air. The haze that lies over a thing has the very colour of the sky behind it, because both are one function
 * of the direction: land and sea run out into the sky without an edge.
 */

import { BackSide, type Color, Mesh, ShaderChunk, ShaderMaterial, SphereGeometry, type Vector3 } from "three";
import type { Light } from "./palette";

const vec3 = ({ r, g, b }: Color): string => `vec3(${r.toFixed(5)}, ${g.toFixed(5)}, ${b.toFixed(5)})`;
const direction = ({ x, y, z }: Vector3): string => `vec3(${x.toFixed(5)}, ${y.toFixed(5)}, ${z.toFixed(5)})`;

/** GLSL: `airColour(direction)`, linear. */
function airColour(light: Light): string {
  return `
vec3 airColour(vec3 d) {
  float up = max(d.y, 0.0);
  vec3 air = mix(${vec3(light.horizon)}, ${vec3(light.zenith)}, 1.0 - exp(-up * 4.6));
  float towards = max(dot(d, ${direction(light.sun)}), 0.0);
  float low = exp(-up * 5.0);
  air += ${vec3(light.glow)} * (0.26 * pow(towards, 7.0) * (0.2 + 0.8 * low) + 0.35 * pow(towards, 90.0));
  return air;
}`;
}

const VARYING = "varying vec3 vAir;";

/**
 * Make every material that is compiled from now on lie in this light's air. Three's own fog knows one colour; its chunks
 * are replaced, which reaches the car's materials too.
 */
export function fillAir(light: Light): void {
  ShaderChunk.fog_pars_vertex = `#ifdef USE_FOG\n${VARYING}\n#endif`;
  ShaderChunk.fog_vertex = "#ifdef USE_FOG\nvAir = mvPosition.xyz * mat3(viewMatrix);\n#endif";
  ShaderChunk.fog_pars_fragment = `#ifdef USE_FOG\n${VARYING}\n${airColour(light)}\n#endif`;
  ShaderChunk.fog_fragment = `#ifdef USE_FOG
  float airLength = length(vAir);
  float airShare = 1.0 - exp(-pow(airLength * ${light.haze.toFixed(6)}, 1.35));
  vec3 airTowards = vAir / airLength;
  airTowards.y = max(airTowards.y, 0.015);
  gl_FragColor.rgb = mix(gl_FragColor.rgb, airColour(normalize(airTowards)), airShare);
#endif`;
}

const NOISE = `
float hash(vec2 p) { return fract(sin(dot(p, vec2(41.3, 289.1))) * 43758.5453); }
float noise(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(mix(hash(i), hash(i + vec2(1, 0)), f.x), mix(hash(i + vec2(0, 1)), hash(i + vec2(1, 1)), f.x), f.y);
}`;

/** The dome: the air, long thin clouds lit from the sun's side, and the sun. */
export function makeSky(light: Light): Mesh {
  const material = new ShaderMaterial({
    side: BackSide,
    depthWrite: false,
    fog: false,
    vertexShader: `varying vec3 vTo;
void main() {
  vTo = position;
  gl_Position = projectionMatrix * vec4(mat3(viewMatrix) * position, 1.0);
  gl_Position.z = gl_Position.w;
}`,
    fragmentShader: `varying vec3 vTo;
${airColour(light)}
${NOISE}
void main() {
  vec3 d = normalize(vTo);
  vec3 colour = airColour(normalize(vec3(d.x, max(d.y, 0.015), d.z)));
  float towards = max(dot(d, ${direction(light.sun)}), 0.0);
  if (d.y > 0.01) {
    vec2 p = d.xz / (d.y + 0.12);
    float drift = noise(p * vec2(1.1, 2.6)) * 0.55 + noise(p * vec2(3.1, 6.3) + 7.0) * 0.3 + noise(p * vec2(9.0, 15.0)) * 0.15;
    float share = smoothstep(${(0.74 - 0.5 * light.clouds).toFixed(3)}, ${(1.02 - 0.36 * light.clouds).toFixed(3)}, drift);
    vec3 lit = mix(${vec3(light.horizon)} * 1.05, ${vec3(light.glow)} * 1.12, 0.25 + 0.6 * pow(towards, 3.0));
    colour = mix(colour, lit, share * ${(0.62 + 0.25 * light.clouds).toFixed(3)} * smoothstep(0.01, 0.16, d.y));
  }
  colour += ${vec3(light.glow)} * ${(3.2 * (1 - light.clouds)).toFixed(3)} * smoothstep(0.99955, 0.99985, towards);
  gl_FragColor = vec4(colour, 1.0);
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}`,
  });
  const sky = new Mesh(new SphereGeometry(1, 24, 12), material);
  sky.frustumCulled = false;
  sky.renderOrder = -1;
  return sky;
}

/** Water without waves of triangles: small slopes in the shading, the sky in it, the sun's path on it. */
export function makeWater(light: Light, clock: { value: number }): ShaderMaterial {
  return new ShaderMaterial({
    fog: true,
    uniforms: { clock, fogColor: { value: light.horizon }, fogNear: { value: 0 }, fogFar: { value: 0 } },
    vertexShader: `varying vec3 vPlace;
#include <fog_pars_vertex>
void main() {
  vec4 place = modelMatrix * vec4(position, 1.0);
  vPlace = place.xyz;
  vec4 mvPosition = viewMatrix * place;
  gl_Position = projectionMatrix * mvPosition;
  #include <fog_vertex>
}`,
    fragmentShader: `varying vec3 vPlace;
uniform float clock;
#include <fog_pars_fragment>
${NOISE}
void main() {
  vec3 to = vPlace - cameraPosition;
  float far = length(to);
  to /= far;
  vec2 p = vPlace.xz;
  float calm = 1.0 / (1.0 + far * 0.012);
  vec2 slope = vec2(noise(p * 0.16 + clock * 0.23) - 0.5, noise(p * 0.16 + 40.0 - clock * 0.19) - 0.5) * 0.16;
  slope += (vec2(noise(p * 0.9 + clock * 0.7), noise(p * 0.9 + 17.0 - clock * 0.6)) - 0.5) * 0.2 * calm;
  vec3 up = normalize(vec3(slope.x, 1.0, slope.y));
  vec3 back = reflect(to, up);
  back.y = abs(back.y);
  float mirror = 0.04 + 0.96 * pow(1.0 - clamp(dot(-to, up), 0.0, 1.0), 5.0);
  vec3 deep = mix(${vec3(light.zenith)} * 0.42 + vec3(0.0, 0.018, 0.016), ${vec3(light.horizon)} * 0.3, 0.25);
  vec3 colour = mix(deep, airColour(normalize(back)), clamp(mirror, 0.0, 0.85));
  colour += ${vec3(light.glow)} * ${(1.6 * (1 - light.clouds)).toFixed(3)} * pow(max(dot(back, ${direction(light.sun)}), 0.0), 160.0);
  gl_FragColor = vec4(colour, 1.0);
  #include <fog_fragment>
  #include <tonemapping_fragment>
  #include <colorspace_fragment>
}`,
  });
}
