/** What came of a drive: shown, kept under an address that can be shared, and the way to a real one. */

import { LEAST_M } from "../consumption";
import type { Drive, ReadOuts } from "../drive";
import type { Moment } from "../moments";
import { element, write } from "./hud";
import { type Amounts, type Kit, say } from "./kit";
import { tellMoment } from "./telling";

/** What is sent: usine/testdrive/rules.py reads it. */
export function summarise(drive: Drive, read: ReadOuts, isGuided: boolean): Record<string, unknown> {
  const fastest = drive.moments.all.find((one) => one.kind === "fastest");
  return {
    route: drive.options.route,
    weather: drive.options.weather,
    mode: drive.mode,
    is_guided: isGuided,
    distance_m: round(read.distance),
    seconds: round(read.telemetry.time),
    used: round(read.used),
    unit: read.unit,
    eco: read.eco,
    top_m_s: round(fastest?.value ?? read.speed),
    moments: drive.moments.best().map(({ kind, time, value, name }: Moment) => ({ kind, time_s: round(time), value: round(value), name })),
  };
}

/** Whether a drive is long enough to be kept: a few metres are no drive. */
export function isWorthKeeping(read: Pick<ReadOuts, "distance">): boolean {
  return read.distance >= LEAST_M;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

export class Result {
  readonly #kit: Kit;
  readonly #amounts: Amounts;
  readonly #end = new AbortController();
  /** One for a drive, so that it is kept once however often it is sent. */
  readonly #token = drawToken();
  #summary: Record<string, unknown> = {};
  #address = "";

  constructor(kit: Kit, amounts: Amounts) {
    this.#kit = kit;
    this.#amounts = amounts;
    element("share").addEventListener("click", () => void this.#share(), { signal: this.#end.signal });
  }

  show(drive: Drive, read: ReadOuts, isGuided: boolean): void {
    const amounts = this.#amounts;
    this.#summary = summarise(drive, read, isGuided);
    write("r-distance", amounts.distance(read.distance));
    write("r-time", amounts.time(read.telemetry.time));
    write("r-consumption", amounts.consumption(read.mean, read.unit));
    write("r-eco", amounts.number(read.eco));
    write("share-state", "");
    const lines = drive.moments.best().map((moment) => {
      const line = document.createElement("li");
      line.textContent = tellMoment(this.#kit, amounts, moment);
      return line;
    });
    element("r-moments").replaceChildren(...lines);
    element("result").hidden = false;
    element("h-result").focus({ preventScroll: true });
    element("result").scrollIntoView({ block: "nearest" });
    element("share").hidden = !isWorthKeeping(read);
    if (isWorthKeeping(read)) void this.#keep(); // even where nobody shares it: the drive is a fact
  }

  hide(): void {
    element("result").hidden = true;
  }

  close(): void {
    this.#end.abort();
    this.hide();
  }

  /** Send the drive; true when it is kept. The same token makes a second try the same drive. */
  async #keep(): Promise<boolean> {
    if (this.#address) return true;
    const token = document.querySelector<HTMLInputElement>("#book [name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      const answer = await fetch(this.#kit.results + location.search, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token, "Idempotency-Key": this.#token },
        body: JSON.stringify(this.#summary),
      });
      if (!answer.ok) return false;
      this.#address = ((await answer.json()) as { address: string }).address;
      return true;
    } catch {
      return false;
    }
  }

  async #share(): Promise<void> {
    write("share-state", say(this.#kit, "keeping"));
    if (!(await this.#keep())) {
      write("share-state", say(this.#kit, "not_kept"));
      return;
    }
    const link = document.createElement("a");
    link.href = this.#address;
    link.textContent = link.href;
    link.dir = "ltr";
    element("share-state").replaceChildren(`${say(this.#kit, "kept")} `, link);
    await copy(link.href, this.#kit.car.title);
  }
}

/** To the device's own way to share, else to the clipboard; neither is needed: the link stands on the page. */
async function copy(address: string, title: string): Promise<void> {
  try {
    if (navigator.share) await navigator.share({ title, url: address });
    else await navigator.clipboard.writeText(address);
  } catch {
    // the visitor closed the sheet, or the browser allows neither
  }
}

function drawToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
