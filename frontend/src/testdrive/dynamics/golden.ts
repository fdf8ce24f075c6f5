/** The drive that golden telemetry keeps for each vehicle: every pedal, both directions, slopes and a wet road. */

import { readVehicle } from "./figures";
import type { Ground } from "./ground";
import { type Controls, idleControls, Simulation, STEP } from "./simulate";
import { hashTelemetry, roundRow, type Telemetry } from "./telemetry";

export interface GoldenDrive {
  readonly vehicle: string;
  /** FNV-1a over every step. */
  readonly hash: string;
  /** One row a second, to four decimals. */
  readonly rows: readonly Record<string, number>[];
}

const SECONDS = 60;
const WAVE = 150; // m from crest to crest

/** Gentle waves of 2 m; wet between 300 and 600 m from the start. */
const HILLS: Ground = {
  sample(x, _y, point) {
    const turn = (2 * Math.PI) / WAVE;
    point.height = 1 - Math.cos(turn * x);
    point.slopeX = turn * Math.sin(turn * x);
    point.slopeY = 0;
    point.friction = x > 300 && x < 600 ? 0.7 : 1;
  },
};

/** Drive a vehicle of the file for a minute as the script says. */
export function goldenDrive(name: string): GoldenDrive {
  const simulation = new Simulation(readVehicle(name), HILLS);
  const all: Telemetry[] = [];
  const rows: Record<string, number>[] = [];
  for (let i = 0; i < SECONDS / STEP; i++) {
    simulation.step(script(simulation.time));
    const row = simulation.read();
    all.push(row);
    if ((i + 1) % Math.round(1 / STEP) === 0) rows.push(roundRow(row));
  }
  return { vehicle: name, hash: hashTelemetry(all), rows };
}

/** Away at full pedal, a bend, lift, brake, back a little, sport through a slalom, an emergency stop. */
function script(time: number): Controls {
  const controls = idleControls();
  if (time < 9) return { ...controls, throttle: 1 };
  if (time < 14) return { ...controls, throttle: 0.3, steering: 0.06 * Math.sin((time - 9) * 1.2) };
  if (time < 17) return { ...controls, mode: "eco" };
  if (time < 24) return { ...controls, brake: 0.35 };
  if (time < 30) return { ...controls, selector: "reverse", throttle: 0.3, steering: -0.5 };
  if (time < 33) return { ...controls, brake: 0.4 };
  if (time < 50) return { ...controls, mode: "sport", throttle: 0.6, steering: 0.08 * Math.sin(time * 1.5) };
  return { ...controls, brake: 1 };
}
