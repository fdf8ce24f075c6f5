/** A drive in sentences: for the log, the summary and whoever cannot see the picture. */

import type { ReadOuts } from "../drive";
import type { Moment } from "../moments";
import { type Amounts, type Kit, say } from "./kit";

/** Telemetry without a gear of its own: one ratio. */
const SINGLE = 1;

export function tellMoment(kit: Kit, amounts: Amounts, moment: Moment): string {
  const { kind, value, name } = moment;
  const values: Record<string, string> = {
    sight: say(kit, `sight_${name}`),
    speed: amounts.speed(value),
    energy: say(kit, "wh", { n: amounts.number(value) }),
    distance: amounts.distance(value),
  };
  return say(kit, `moment_${kind}`, values);
}

/** One line of the log: speed against the limit, gear where there are several, consumption, eco score. */
export function tellReadOuts(kit: Kit, amounts: Amounts, read: ReadOuts, hasGears: boolean): string {
  const parts = [say(kit, "log_speed", { speed: amounts.speed(read.speed), limit: amounts.speed(read.limit) })];
  const { gear } = read.telemetry;
  if (hasGears && gear >= SINGLE) parts.push(say(kit, "log_gear", { n: amounts.number(gear) }));
  if (Number.isFinite(read.mean)) parts.push(amounts.consumption(read.mean, read.unit));
  parts.push(say(kit, "log_eco", { n: amounts.number(read.eco) }));
  return parts.join(say(kit, "comma"));
}
