/** The same stretch in each driving mode, driven ahead of time by the autopilot: the rows of the table. */

import { Drive, type DriveOptions, type ReadOuts } from "../drive";
import type { Mode } from "../dynamics";

export const MODES: readonly Mode[] = ["eco", "normal", "sport"];

const SLICE = 360; // steps at once, so that the page keeps breathing
const LONGEST = 900 / (1 / 120); // steps: no stretch takes a quarter of an hour

/** Drive a stretch of some metres in one mode; yields now and then, answers the read-outs at its end. */
export function* driveAhead(options: DriveOptions, mode: Mode, stretch: number): Generator<void, ReadOuts> {
  const drive = new Drive(options);
  drive.mode = mode;
  for (let step = 0; step < LONGEST && drive.travelled < stretch; step++) {
    drive.guide();
    if (step % SLICE === SLICE - 1) yield;
  }
  return drive.read();
}
