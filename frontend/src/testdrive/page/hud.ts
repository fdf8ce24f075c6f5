/** The read-outs over the picture, and the same on the tablet in the car. */

import type { ReadOuts } from "../drive";
import type { Session } from "./session";
import type { TabletWords } from "../view/tablet";
import { type Amounts, type Kit, say } from "./kit";

const SLOWLY = 0.25; // s between changes of what nobody reads faster

export class Hud {
  readonly #kit: Kit;
  readonly #amounts: Amounts;
  readonly #session: Session;
  readonly #hasGears: boolean;
  #shown = -1;

  constructor(kit: Kit, amounts: Amounts, session: Session) {
    this.#kit = kit;
    this.#amounts = amounts;
    this.#session = session;
    this.#hasGears = session.drive.simulation.vehicle.powertrain.kind === "combustion";
    write("speed-unit", amounts.speedUnit);
  }

  show(read: ReadOuts): void {
    const { time } = read.telemetry;
    write("speed", this.#amounts.bareSpeed(read.speed));
    if (time >= this.#shown && time < this.#shown + SLOWLY) return;
    this.#shown = time;
    const amounts = this.#amounts;
    const limit = element("limit");
    limit.textContent = amounts.bareSpeed(read.limit);
    limit.classList.toggle("is-over", read.speed > 1.05 * read.limit + 0.3);
    write("gear", this.#gear(read));
    write("mode", say(this.#kit, `mode_${this.#session.drive.mode}`));
    write("consumption", amounts.consumption(read.mean, read.unit));
    write("range", amounts.distance(read.range * 1000));
    write("eco", amounts.number(read.eco));
    (element("charge") as HTMLMeterElement).value = read.charge;
  }

  #gear(read: ReadOuts): string {
    const { hands, isGuided } = this.#session;
    if (!isGuided && hands.isReverse) return say(this.#kit, "gear_reverse");
    const { gear } = read.telemetry;
    const automatic = say(this.#kit, "gear_automatic");
    if (!this.#hasGears) return automatic;
    const number = gear > 0 ? this.#amounts.number(gear) : "·";
    return isGuided || hands.isAutomatic ? `${automatic}${number}` : number;
  }

  tablet(read: ReadOuts): TabletWords {
    const amounts = this.#amounts;
    return {
      speed: amounts.bareSpeed(read.speed),
      unit: amounts.speedUnit,
      limit: amounts.bareSpeed(read.limit),
      rows: [
        { label: say(this.#kit, "consumption"), value: amounts.consumption(read.mean, read.unit) },
        { label: say(this.#kit, "range"), value: amounts.distance(read.range * 1000) },
        { label: say(this.#kit, "eco"), value: amounts.number(read.eco) },
      ],
      charge: read.charge,
      direction: this.#kit.direction,
    };
  }
}

export function element(id: string): HTMLElement {
  return document.getElementById(id)!;
}

export function write(id: string, text: string): void {
  const node = element(id);
  if (node.textContent !== text) node.textContent = text;
}
