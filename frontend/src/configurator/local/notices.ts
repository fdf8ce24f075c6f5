/** What a page tells of a step, and of what an address could not keep; usine/journeys/notices.py. */

import { withQuery } from "./addresses";
import { type Car, type Change, listChanges, type Repair } from "./cars";
import type { Offer } from "./offer";
import { type Line, listLines, money } from "./wording";

export interface StepNotice {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly total: string;
  readonly undo: string;
}

/** What the last step changed beyond what was asked; null when it changed only that. */
export function tellStep(offer: Offer, old: Car, car: Car, path: string): StepNotice | null {
  const told = listChanges(offer, old.values, car.values).filter((change) => isTold(offer, old, car, change));
  if (told.length < 2) return null;
  const total = money(offer, car.price - old.price, true);
  return {
    title: offer.sentences.sayCount("This step changed %(count)s thing: %(total)s", told.length, { total }),
    lines: listLines(offer, told),
    total,
    undo: withQuery(path, old.choices),
  };
}

/** Changes that cost, that were chosen before or after, or that show: not equipment that comes and goes free. */
function isTold(offer: Offer, old: Car, car: Car, change: Change): boolean {
  const wasChosen = old.choices.has(change.feature) || car.choices.has(change.feature);
  return change.amount !== 0 || wasChosen || offer.feature(change.feature).kind === "choice";
}

/** A sentence on what an address asked for and the car does not have; empty when it has everything. */
export function tellIgnored(offer: Offer, mended: Repair): string {
  const parts: string[] = [];
  const join = (names: readonly string[]) =>
    names.map((name) => offer.feature(name).label).join(offer.sentences.say(", "));
  if (mended.unknown.length > 0) {
    parts.push(offer.sentences.say("Not sold here, so left out: %(names)s.", { names: join(mended.unknown) }));
  }
  if (mended.givenUp.length > 0) {
    const names = join(mended.givenUp);
    parts.push(offer.sentences.say("Impossible together with the rest, so given up: %(names)s.", { names }));
  }
  return parts.join(" ");
}
