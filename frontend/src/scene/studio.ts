/**
 * The light of two rooms by formula: daylight at the edge of a wood, and a dark showroom with strips of light.
 *
 * A car's paint is a mirror, so what it shows is its surroundings. They are usually a picture that is filtered for every
 * roughness when the page starts: kilobytes, and up to seconds on a weak machine. Here they are a few rectangles and
 * gradients that the shader works out for the direction it needs, blurred by the roughness it has: nothing is fetched
 * or prepared, edges stay crisp at any size, and strips near the car run along its body as they do in a room.
 */

import {
  type Box3,
  CustomBlending,
  type IUniform,
  type Material,
  MeshStandardMaterial,
  OneFactor,
  OneMinusSrcAlphaFactor,
  Vector3,
} from "three";

/** What the formulas read; shared by every material that is lit by one studio. */
export interface StudioUniforms {
  [name: string]: IUniform;
  /** 0 daylight, 1 dark showroom; in between while the light changes. */
  readonly studioNight: IUniform<number>;
  /** Inside of the car, in metres: little light comes in there. */
  readonly cabinCentre: IUniform<Vector3>;
  readonly cabinHalf: IUniform<Vector3>;
}

/** Lights materials; one for each scene. */
export class Studio {
  readonly uniforms: StudioUniforms = {
    studioNight: { value: 0 },
    cabinCentre: { value: new Vector3(0, -9, 0) },
    cabinHalf: { value: new Vector3(1, 1, 1) },
  };

  /** How dark the showroom is: 0 daylight, 1 showroom. */
  set night(share: number) {
    this.uniforms.studioNight.value = share;
  }

  get night(): number {
    return this.uniforms.studioNight.value;
  }

  /** Where the cabin is, so that it is darker in there; the box of the node `interior`. */
  set cabin(box: Box3) {
    box.getCenter(this.uniforms.cabinCentre.value);
    box.getSize(this.uniforms.cabinHalf.value).multiplyScalar(0.5);
  }

  /** Let a material be lit by this room. Materials that are not physical stay as they are. */
  light(material: Material): void {
    if (!(material instanceof MeshStandardMaterial)) return;
    if (material.transparent) {
      material.blending = CustomBlending;
      material.blendSrc = OneFactor;
      material.blendDst = OneMinusSrcAlphaFactor;
      material.depthWrite = false;
    }
    material.customProgramCacheKey = () => (material.transparent ? "studio glass" : "studio");
    material.onBeforeCompile = (shader) => {
      Object.assign(shader.uniforms, this.uniforms);
      shader.fragmentShader = shader.fragmentShader
        .replace("#include <lights_physical_pars_fragment>", `#include <lights_physical_pars_fragment>\n${ROOMS}`)
        .replace("#include <lights_fragment_maps>", LIT)
        .replace("#include <opaque_fragment>", material.transparent ? GLASS : "#include <opaque_fragment>");
    };
  }
}

/** Radiance from a direction and irradiance on a normal, world axes, metres; 1 is white paper in daylight. */
const ROOMS = /* glsl */ `
uniform float studioNight;
uniform vec3 cabinCentre;
uniform vec3 cabinHalf;

vec3 studioWorld(vec3 v) { return (vec4(v, 0.0) * viewMatrix).xyz; }

/* Share of a window of half width b round x that lies within -h to h: a bar of light, blurred. */
float bar(float x, float h, float b) {
  return max(0.0, min(x + b, h) - max(x - b, -h)) / (2.0 * b);
}

/* Trunks of a wood by compass: some near, some far, never regular. */
float trunks(float azimuth) {
  float far = sin(azimuth * 41.0) + sin(azimuth * 67.0 + 1.3);
  float near = sin(azimuth * 17.0 + 0.7) + sin(azimuth * 29.0);
  return max(smoothstep(0.5, 0.8, far) * 0.55, smoothstep(1.0, 1.2, near));
}

/* A pale sky over pale ground, the dark belt of the wood between them, and one large soft light above the car. */
vec3 dayRadiance(vec3 p, vec3 r, float blur) {
  float edge = 0.01 + blur;
  float sky = smoothstep(-edge, edge, r.y);
  vec3 above = mix(vec3(1.0, 1.0, 0.985), vec3(0.50, 0.56, 0.62), smoothstep(0.05, 0.8, r.y));
  float rough = smoothstep(0.02, 0.12, blur);
  vec3 near = mix(vec3(0.17, 0.165, 0.15), vec3(0.90, 0.89, 0.88), rough);
  vec3 below = mix(near, vec3(0.50, 0.49, 0.46), smoothstep(0.0, -0.5, r.y));
  float t = (4.2 - p.y) / max(r.y, 0.04);
  vec2 q = p.xz + t * r.xz;
  float b = 0.1 + blur * t;
  return mix(below, above, sky) * (1.0 + 0.3 * rough) + mix(5.5, 0.9, rough) * vec3(1.0, 0.985, 0.96) * bar(q.x, 1.5, b) * bar(q.y, 3.6, b);
}

/* The wood darkens what is reflected from the horizon: its trunks one by one in a mirror, all in one on what is rough. */
float woodShade(vec3 r, float blur, float trunk) {
  return 1.0 - 0.8 * bar(r.y - 0.075, 0.105, 0.01 + blur) * trunk;
}

vec3 dayIrradiance(vec3 n) {
  float below = smoothstep(-0.85, 0.06, n.y);
  vec3 around = mix(vec3(0.50, 0.49, 0.47), vec3(1.20, 1.205, 1.21), below) + 0.14 * max(n.y, 0.0);
  return around + 0.10 * dot(n, vec3(0.46, 0.0, 0.38));
}

/* Two strips along the ceiling, one across it at each end, one along each wall, seen from the place of the paint. */
vec3 nightRadiance(vec3 p, vec3 r, float blur) {
  vec3 light = mix(vec3(0.012, 0.013, 0.012), vec3(0.03, 0.034, 0.038), smoothstep(-0.3, 0.9, r.y));
  float t = (3.1 - p.y) / max(r.y, 0.02);
  vec2 q = p.xz + t * r.xz;
  float b = 0.02 + blur * t;
  float along = bar(abs(q.x) - 1.35, 0.2, b) * bar(q.y, 3.1, b);
  float across = bar(abs(q.y) - 3.9, 0.16, b) * bar(q.x, 1.9, b);
  light += step(0.02, r.y) * (along + across) * vec3(7.0, 7.2, 7.4);
  float s = (4.2 - p.x * sign(r.x)) / max(abs(r.x), 0.02);
  vec3 w = p + s * r;
  b = 0.02 + blur * s;
  light += bar(w.y - 1.85, 0.1, b) * bar(w.z, 4.4, b) * vec3(4.6, 4.75, 5.0);
  return light;
}

vec3 nightIrradiance(vec3 n) {
  return mix(vec3(0.05, 0.055, 0.06), vec3(0.62, 0.64, 0.67), smoothstep(-0.5, 1.0, n.y));
}

/* The ground under the car is dark; the cabin gets its light through windows, and has a lamp of its own in the showroom. */
float studioOpenness(vec3 p, vec3 n) {
  float ground = mix(0.25 + 0.75 * smoothstep(0.0, 0.55, p.y), 1.0, smoothstep(-0.2, 0.7, n.y));
  vec3 inside = abs(p - cabinCentre) / cabinHalf;
  float cabin = 1.0 - smoothstep(0.86, 1.06, max(inside.x, max(inside.y, inside.z)));
  return ground * mix(1.0, mix(0.6, 1.9, studioNight), cabin);
}

/* What a surface of some roughness mirrors. */
vec3 studioRadiance(vec3 p, vec3 r, float roughness, bool isMirror) {
  float blur = roughness * roughness * 0.8 + roughness * 0.12 + 0.5 * length(fwidth(r));
  vec3 light = vec3(0.0);
  if (studioNight < 1.0) {
    float trunk = 0.12;
    if (isMirror && r.y > -0.04 && r.y < 0.2) trunk = 0.35 + 0.65 * trunks(atan(r.z, r.x));
    light += (1.0 - studioNight) * dayRadiance(p, r, blur) * woodShade(r, blur, trunk);
  }
  if (studioNight > 0.0) light += studioNight * nightRadiance(p, r, blur);
  return light;
}
`;

/** Instead of the maps that three would read. */
const LIT = /* glsl */ `
vec3 studioPlace = cameraPosition + studioWorld(-vViewPosition);
vec3 studioView = studioWorld(geometryViewDir);
vec3 studioNormal = studioWorld(geometryNormal);
float studioOpen = studioOpenness(studioPlace, studioNormal);
iblIrradiance += PI * studioOpen * mix(dayIrradiance(studioNormal), nightIrradiance(studioNormal), studioNight);
vec3 studioMirrored = reflect(-studioView, studioNormal);
vec3 studioRough = normalize(mix(studioMirrored, studioNormal, material.roughness * material.roughness));
radiance += studioOpen * studioRadiance(studioPlace, studioRough, material.roughness, false);
#ifdef USE_CLEARCOAT
  clearcoatRadiance += studioOpen * studioRadiance(studioPlace, studioMirrored, material.clearcoatRoughness, true);
#endif
`;

/** Glass: what it reflects is not thinned by how clear it is. */
const GLASS = /* glsl */ `
vec3 mirrored = totalSpecular;
outgoingLight = (outgoingLight - mirrored) * diffuseColor.a * 0.25 + mirrored;
gl_FragColor = vec4(outgoingLight, min(1.0, diffuseColor.a + dot(mirrored, vec3(0.333))));
`;
