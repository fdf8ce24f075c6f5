/** What a drive shows of itself, and one number for a whole drive: the same controls give the same number. */

export interface Telemetry {
  /** s */
  readonly time: number;
  /** m */
  readonly x: number;
  readonly y: number;
  /** rad, to the left from x. */
  readonly yaw: number;
  /** m/s along the car and to its left. */
  readonly speed: number;
  readonly slideSpeed: number;
  readonly yawRate: number;
  /** m/s² of tyres and air, as a passenger feels it. */
  readonly feltAhead: number;
  readonly feltLeft: number;
  readonly heave: number;
  readonly pitch: number;
  readonly roll: number;
  /** rad at the road wheels. */
  readonly steer: number;
  readonly distance: number;
  /** 0 in the middle of a shift. */
  readonly gear: number;
  readonly rpm: number;
  /** W at the driven axle. */
  readonly power: number;
  /** Of the battery that drives, or else of the tank: 0 to 1. */
  readonly charge: number;
  readonly batteryWh: number;
  readonly fuelLitres: number;
  readonly isAntiLock: boolean;
  readonly isTraction: boolean;
}

const DECIMALS = 1e4;
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** Rounded to four decimals; so much agrees on every machine. */
export function roundRow(row: Telemetry): Record<string, number> {
  const round = (value: number): number => Math.round(value * DECIMALS) / DECIMALS + 0; // no -0
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(Number(value))]));
}

/** FNV-1a (32 bits) over the rounded numbers of the rows, in eight hexadecimal digits. */
export function hashTelemetry(rows: Iterable<Telemetry>): string {
  let hash = OFFSET;
  for (const row of rows) {
    for (const value of Object.values(row)) {
      const whole = Math.round(Number(value) * DECIMALS);
      hash = mix(mix(hash, whole >>> 0), Math.floor(whole / 2 ** 32) >>> 0);
    }
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function mix(hash: number, word: number): number {
  let mixed = hash;
  for (let shift = 0; shift < 32; shift += 8) mixed = Math.imul(mixed ^ ((word >>> shift) & 0xff), PRIME);
  return mixed;
}
