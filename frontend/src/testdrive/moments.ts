/** What is worth telling of a drive: sights passed, energy won back, limits kept, lights, bumps. */

export type MomentKind =
  | "sight"
  | "fastest"
  | "recovered"
  | "gentlest"
  | "halted"
  | "ran_red"
  | "off_road"
  | "bumped"
  | "lap";

export interface Moment {
  readonly kind: MomentKind;
  /** s since the start. */
  readonly time: number;
  /** m along the route. */
  readonly station: number;
  /** m/s, Wh, m, 1/kWh, 1/l, by kind; 0 where there is nothing to count. */
  readonly value: number;
  /** Which sight. */
  readonly name: string;
}

const LEAST_SPENT = 1e-3; // kWh or l: a kilometre downhill or on the battery alone may cost nothing, or win some back

/** What the gentlest kilometre counts, 1/kWh or 1/l: at most 1000, for usine/testdrive/rules.py takes no endless values. */
export function gentleness(spent: number): number {
  return 1 / Math.max(LEAST_SPENT, spent);
}

/** Better told than others in a summary, first the best. */
const RANK: readonly MomentKind[] = ["lap", "recovered", "gentlest", "sight", "fastest", "halted"];
const TOLD = 4;
const PAUSE = 4; // s in which the same fault is one fault

export class Moments {
  readonly all: Moment[] = [];
  /** What is told as it happens, in order; records are told at the end. */
  readonly happened: Moment[] = [];

  note(kind: MomentKind, time: number, station: number, value = 0, name = ""): boolean {
    const last = this.all.findLast((one) => one.kind === kind && one.name === name);
    if (last && time - last.time < PAUSE) return false;
    const moment = { kind, time, station, value, name };
    this.all.push(moment);
    this.happened.push(moment);
    return true;
  }

  /** Replace the one of a kind when the new one counts more: the fastest, the longest. */
  record(kind: MomentKind, time: number, station: number, value: number): void {
    const at = this.all.findIndex((one) => one.kind === kind);
    if (at >= 0 && this.all[at]!.value >= value) return;
    if (at >= 0) this.all.splice(at, 1);
    this.all.push({ kind, time, station, value, name: "" });
  }

  count(kind: MomentKind): number {
    return this.all.filter((one) => one.kind === kind).length;
  }

  /** The best few, in the order in which they happened; faults are not among them. */
  best(): Moment[] {
    const ranked = this.all.filter((one) => RANK.includes(one.kind));
    ranked.sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind) || b.value - a.value);
    return ranked.slice(0, TOLD).sort((a, b) => a.time - b.time);
  }
}
