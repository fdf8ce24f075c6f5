/** The guided drive for the ear and the reader: a log in a live region, and a table of the three modes. */

import type { DriveOptions, ReadOuts } from "../drive";
import { driveAhead, MODES } from "./compare";
import { element, write } from "./hud";
import { type Amounts, type Kit, say } from "./kit";

const LONGEST_LOG = 200; // lines that stay

export class Log {
  readonly #list = element("log");
  readonly #amounts: Amounts;

  constructor(amounts: Amounts) {
    this.#amounts = amounts;
    this.#list.replaceChildren();
  }

  /** Add a line; a live region reads it. */
  add(time: number, text: string): void {
    const line = document.createElement("p");
    const at = document.createElement("time");
    at.textContent = this.#amounts.time(time);
    line.append(at, ` ${text}`);
    this.#list.append(line);
    while (this.#list.children.length > LONGEST_LOG) this.#list.firstElementChild!.remove();
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}

/** Fill the table, a mode after the other, while the page goes on; ends early when `signal` says so. */
export async function compareModes(kit: Kit, amounts: Amounts, options: DriveOptions, stretch: number, signal: AbortSignal): Promise<void> {
  const body = element("modes").querySelector("tbody")!;
  body.replaceChildren();
  write("modes-state", say(kit, "computing"));
  for (const mode of MODES) {
    const drive = driveAhead(options, mode, stretch);
    let state = drive.next();
    while (!state.done) {
      await breath();
      if (signal.aborted) return;
      state = drive.next();
    }
    body.append(makeRow(kit, amounts, mode, state.value));
  }
  write("modes-state", "");
}

function makeRow(kit: Kit, amounts: Amounts, mode: string, read: ReadOuts): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = say(kit, `mode_${mode}`);
  row.append(head);
  const told = [
    amounts.distance(read.distance),
    amounts.time(read.telemetry.time),
    amounts.consumption(read.mean, read.unit),
    amounts.number(read.eco),
  ];
  for (const text of told) row.insertCell().textContent = text;
  return row;
}

/** Let the page draw and listen before the next slice. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
