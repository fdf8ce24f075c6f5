/**
 * A test cycle like the WLTC of class 3b: NOT its published trace of 1,800 speeds, which is not kept here. Each phase
 * has the published duration, distance, greatest speed and standing time (UN GTR 15, annex 1; DieselNet); what happens
 * in between is our own: trips of plateaus, joined by accelerations within the published ones.
 */

/** The published figures of one phase, and our trips: seconds and plateaus in km/h, the greatest one as published. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly metres: number;
  readonly topKmH: number;
  readonly standing: number;
  readonly trips: readonly Trip[];
}

interface Trip {
  /** Seconds that the car stands before it and that it moves. */
  readonly stand: number;
  readonly move: number;
  readonly plateaus: readonly number[];
}

const GENTLE = 0.45; // m/s² that is left of the acceleration at the highest speeds
const SMOOTHING = 2; // s on both sides

export const PHASES: readonly Phase[] = [
  {
    name: "low",
    seconds: 589,
    metres: 3095,
    topKmH: 56.5,
    standing: 156,
    trips: [
      { stand: 12, move: 118, plateaus: [40, 20, 47, 26, 41, 18, 32] },
      { stand: 45, move: 60, plateaus: [22, 32, 16, 25] },
      { stand: 38, move: 140, plateaus: [36, 22, 50, 56.5, 30, 47, 20, 40, 26] },
      { stand: 36, move: 75, plateaus: [26, 38, 17, 31] },
      { stand: 25, move: 40, plateaus: [16, 28] },
    ],
  },
  {
    name: "medium",
    seconds: 433,
    metres: 4756,
    topKmH: 76.6,
    standing: 48,
    trips: [
      { stand: 11, move: 130, plateaus: [40, 57, 30, 60, 38, 54] },
      { stand: 37, move: 255, plateaus: [48, 30, 63, 76.6, 48, 64, 30, 54, 34, 58, 36] },
    ],
  },
  {
    name: "high",
    seconds: 455,
    metres: 7162,
    topKmH: 97.4,
    standing: 31,
    trips: [
      { stand: 6, move: 190, plateaus: [58, 76, 46, 80, 50, 70] },
      { stand: 25, move: 234, plateaus: [62, 88, 97.4, 70, 90, 60, 82, 50] },
    ],
  },
  {
    name: "extra high",
    seconds: 323,
    metres: 8254,
    topKmH: 131.3,
    standing: 7,
    trips: [{ stand: 7, move: 316, plateaus: [74, 100, 76, 112, 98, 124, 131.3, 128, 106, 126, 70] }],
  },
];

/** Speeds in m/s at every second from 0 to 1,800; deterministic. */
export function wltcLikeCycle(): Float64Array {
  const speeds = PHASES.flatMap((phase) => tracePhase(phase));
  return Float64Array.from([...speeds, 0]);
}

/** The speeds of a phase, one a second: lower plateaus are scaled until the distance is the published one. */
export function tracePhase(phase: Phase): number[] {
  let low = 0.3;
  let high = 1.6;
  for (let i = 0; i < 60; i++) {
    const scale = (low + high) / 2;
    if (travelled(traceScaled(phase, scale)) < phase.metres) low = scale;
    else high = scale;
  }
  return traceScaled(phase, high);
}

function travelled(speeds: readonly number[]): number {
  return speeds.reduce((sum, speed) => sum + speed, 0);
}

function traceScaled(phase: Phase, scale: number): number[] {
  const speeds: number[] = [];
  for (const trip of phase.trips) {
    for (let s = 0; s < trip.stand; s++) speeds.push(0);
    speeds.push(...traceTrip(trip, scale, phase.topKmH));
  }
  return speeds;
}

function traceTrip(trip: Trip, scale: number, topKmH: number): number[] {
  const wanted = Array.from({ length: trip.move }, (_, s) => {
    const plateau = trip.plateaus[Math.floor((s * trip.plateaus.length) / trip.move)]!;
    return Math.min(plateau === topKmH ? topKmH : plateau * scale, topKmH) / 3.6;
  });
  const top = Math.max(...wanted);
  const smooth = soften(limit(wanted));
  if (!trip.plateaus.includes(topKmH)) return smooth;
  const lift = top / Math.max(...smooth); // the greatest speed is met exactly
  return smooth.map((speed) => speed * lift);
}

/** Keep accelerations and decelerations within what the cycle has; a trip starts and ends at rest. */
function limit(wanted: readonly number[]): number[] {
  const speeds = [...wanted];
  let before = 0;
  for (let s = 0; s < speeds.length; s++) {
    before = speeds[s] = Math.min(speeds[s]!, before + Math.max(GENTLE, 1.5 - before / 25));
  }
  let after = 0;
  for (let s = speeds.length - 1; s >= 0; s--) {
    after = speeds[s] = Math.min(speeds[s]!, after + Math.max(0.8, 1.35 - after / 60));
  }
  return speeds;
}

/** A moving mean that shrinks towards the ends: feet move gently. */
function soften(speeds: readonly number[]): number[] {
  return speeds.map((_, s) => {
    const reach = Math.min(SMOOTHING, s, speeds.length - 1 - s);
    let sum = 0;
    for (let i = s - reach; i <= s + reach; i++) sum += speeds[i]!;
    return sum / (2 * reach + 1);
  });
}
