/** A car as the templates read it; usine/journeys/showing.py. */

import type { Choices } from "../../kernel";
import { encode, withQuery } from "./addresses";
import { buildCar, type Car, listChanges, type Repair } from "./cars";
import type { Energy } from "./kit";
import { type StepNotice, tellIgnored, tellStep } from "./notices";
import type { Offer } from "./offer";
import { showSteps } from "./pages";
import type { Pieces } from "./pieces";
import type { Scope } from "./skeleton";
import { describePicture, listPrice, listStandard, money, printCode, subtitle, title } from "./wording";

/** Where the page stands: its own path, scheme and host, the address of its kit, the code of a car that was saved. */
export interface Place {
  readonly path: string;
  readonly site: string;
  readonly kit: string;
  findCode(choices: Choices): string;
}

/** Everything that the page says of the car of some mended choices; `before` are those of the step before. */
export function* showCar(offer: Offer, place: Place, mended: Repair, before: Choices | undefined): Pieces<Scope> {
  const car = buildCar(offer, mended.choices);
  yield;
  const old = before && buildCar(offer, before);
  const touched = old ? listChanges(offer, old.values, car.values).map((change) => change.feature) : [];
  const notice = old ? tellStep(offer, old, car, place.path) : null;
  yield;
  const steps = showSteps(offer, car, new Set(touched));
  yield;
  const [lines, standard] = [listPrice(offer, car.values), listStandard(offer, car.values)];
  yield;
  const code = place.findCode(car.choices);
  return {
    car: { offer: { tax_included: offer.kit.tax_included } },
    title: title(offer, car.values),
    subtitle: subtitle(offer, car.values),
    price: money(offer, car.price),
    steps,
    energy: findEnergy(offer, car),
    co2_classes: offer.kit.co2_classes,
    lines,
    standard,
    state: encode(car.choices),
    look: encode(new Map(offer.kit.features.map(({ name }) => [name, car.values.get(name)!]))),
    pictures: offer.kit.pictures.map(([colour, url]) => ({
      ...{ colour, url },
      alt: describePicture(offer, car.values, colour),
      is_shown: colour === car.values.get("colour"),
    })),
    currency: offer.kit.currency,
    price_list: offer.kit.price_list,
    prices_until: offer.kit.prices_until,
    notice,
    reopened: null,
    ignored: tellIgnored(offer, mended),
    said: say(offer, car, notice),
    kit: place.kit,
    code,
    printed_code: code && printCode(code),
    link: place.site + (code ? `/c/${code}` : withQuery(place.path, car.choices)),
  };
}

/** The energy facts of a whole car: those of the one value that has an emission. */
function findEnergy(offer: Offer, car: Car): Energy | null {
  for (const { name } of offer.kit.features) {
    const { energy } = offer.value(name, car.values.get(name)!);
    if (energy) return energy;
  }
  return null;
}

/** What a screen reader hears after a step: the price, then what else changed. */
function say(offer: Offer, car: Car, notice: StepNotice | null): string {
  const price = offer.sentences.say("Price: %(price)s.", { price: money(offer, car.price) });
  return notice ? `${price} ${notice.title}.` : price;
}
