/**
 * The light of a drive: three weathers, and what they make of the colours of the land. Warm paper, moss and lichen, as
 * the brand's pages; the air carries more of the picture than the things in it.
 */

import { Color, Vector3 } from "three";
import type { Weather } from "../routes/route";

export interface Light {
  readonly zenith: Color;
  readonly horizon: Color;
  /** Around the sun. */
  readonly glow: Color;
  /** Towards the sun; y is up. */
  readonly sun: Vector3;
  readonly sunlight: Color;
  readonly sunStrength: number;
  readonly skylight: Color;
  readonly bouncelight: Color;
  readonly ambientStrength: number;
  /** Haze per metre: at 1 / haze two thirds of a thing are air. */
  readonly haze: number;
  /** How much of the sky is cloud, 0 to 1. */
  readonly clouds: number;
  readonly exposure: number;
  /** How bright lamps and windows are, 0 to 1. */
  readonly lamps: number;
  readonly isWet: boolean;
}

const from = (azimuth: number, elevation: number): Vector3 => {
  const [a, e] = [(azimuth * Math.PI) / 180, (elevation * Math.PI) / 180];
  return new Vector3(Math.cos(a) * Math.cos(e), Math.sin(e), -Math.sin(a) * Math.cos(e));
};

const LIGHTS: Readonly<Record<Weather, Light>> = {
  day: {
    zenith: new Color("#4f86b5"),
    horizon: new Color("#e6e7dc"),
    glow: new Color("#ffe9b8"),
    sun: from(118, 34),
    sunlight: new Color("#ffeccb"),
    sunStrength: 2.9,
    skylight: new Color("#b9cfe0"),
    bouncelight: new Color("#8d8a66"),
    ambientStrength: 1.35,
    haze: 1 / 700,
    clouds: 0.34,
    exposure: 0.98,
    lamps: 0.1,
    isWet: false,
  },
  dusk: {
    zenith: new Color("#36507f"),
    horizon: new Color("#efc3a0"),
    glow: new Color("#ff9d57"),
    sun: from(164, 5.5),
    sunlight: new Color("#ff9f5c"),
    sunStrength: 2.6,
    skylight: new Color("#8b9cc4"),
    bouncelight: new Color("#7a6660"),
    ambientStrength: 2.1,
    haze: 1 / 600,
    clouds: 0.42,
    exposure: 1.05,
    lamps: 1,
    isWet: false,
  },
  rain: {
    zenith: new Color("#7d8a92"),
    horizon: new Color("#b9c0bf"),
    glow: new Color("#c9cdc6"),
    sun: from(100, 48),
    sunlight: new Color("#d9dfe0"),
    sunStrength: 0.75,
    skylight: new Color("#b3bec4"),
    bouncelight: new Color("#6f7268"),
    ambientStrength: 1.75,
    haze: 1 / 330,
    clouds: 0.92,
    exposure: 0.95,
    lamps: 0.75,
    isWet: true,
  },
};

export function lightOf(weather: Weather): Light {
  return LIGHTS[weather];
}

/** Colours of things, before light and air. */
export const LAND = {
  meadow: new Color("#87905a"),
  dry: new Color("#b5a974"),
  moss: new Color("#646e44"),
  rock: new Color("#a39a88"),
  sand: new Color("#d8c9a2"),
  soil: new Color("#7d6f52"),
  field: new Color("#c2b576"),
  paving: new Color("#b5afa2"),
  asphalt: new Color("#55565a"),
  stone: new Color("#bdb3a0"),
  gorse: new Color("#d3cc1f"),
  oak: new Color("#5d6e3e"),
  pine: new Color("#4c6047"),
  birch: new Color("#8f9a55"),
  bark: new Color("#6a5846"),
  birchBark: new Color("#d9d5c8"),
} as const;
