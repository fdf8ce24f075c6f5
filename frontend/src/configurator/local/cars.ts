/** What is known of an offer under some choices: a car, the alternatives, the ways out; usine/journeys/cars.py. */

import {
  ask,
  type Choices,
  cheapest,
  conflict,
  isPossible,
  type PricedRange,
  type Restoration,
  restore,
  type Wanted,
} from "../../kernel";
import type { Offer } from "./offer";

type Values = ReadonlyMap<string, string>;

/** The cheapest completion of choices; `least[feature][value]` is the least total of the cars with each valid value. */
export interface Car {
  readonly choices: Choices;
  readonly values: Values;
  readonly price: number;
  readonly least: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** One line of what a step from a car to another changes. Without a change of value, only the amount changes. */
export interface Change {
  readonly feature: string;
  readonly before: string;
  readonly after: string;
  readonly amount: number;
}

/** How an impossible value becomes possible: own choices in its way, the nearest car that has it. */
export interface WayOut {
  readonly inTheWay: readonly string[];
  readonly changes: readonly Change[];
  readonly amount: number;
}

/** Choices brought to this offer: those that it does not sell, those given up. */
export interface Repair {
  readonly choices: Choices;
  readonly unknown: readonly string[];
  readonly givenUp: readonly string[];
}

/** The part of an offer that goes with some choices: without the cars for companies, until one is asked for. */
export function findPart(offer: Offer, choices: Choices): PricedRange {
  for (const [name, value] of choices) if (offer.isForCompanies(name, value)) return offer.whole;
  return offer.private_;
}

/** The nearest valid choices: what is not sold is dropped, then the fewest given up, then the cheapest. */
export function repair(offer: Offer, given: Choices): Repair {
  const known = new Map([...given].filter(([name, value]) => offer.isSold(name, value)));
  let kept: Choices = known;
  for (;;) {
    const part = findPart(offer, kept);
    if (isPossible(part, kept)) break;
    kept = restore(part, kept).choices; // giving up may leave the cars for companies
  }
  return {
    choices: kept,
    unknown: [...given.keys()].filter((name) => !known.has(name)),
    givenUp: [...known.keys()].filter((name) => !kept.has(name)),
  };
}

/** The cheapest car with the choices. Raises Impossible when they contradict: see `repair`. */
export function buildCar(offer: Offer, choices: Choices): Car {
  const part = findPart(offer, choices);
  const completion = cheapest(part, choices);
  const least = listLeast(offer, part, choices);
  const own = [...choices].filter(([name, value]) => offer.isForCompanies(name, value)).map(([name]) => name);
  if (own.length === 0 && part !== offer.whole) {
    const answer = ask(offer.whole, choices);
    forCompanies(offer, (name, value) => {
      const bounds = answer.bounds(name, value);
      if (bounds) least.get(name)!.set(value, bounds.minimum);
    });
  } else if (own.length === 1) {
    const name = own[0]!; // without this one choice, it is a car for private people again
    least.set(name, listLeastWithout(offer, choices, name, least.get(name)!));
  }
  return { choices, values: completion.values, price: completion.price, least };
}

function listLeast(offer: Offer, part: PricedRange, choices: Choices): Map<string, Map<string, number>> {
  const answer = ask(part, choices);
  const found = new Map<string, Map<string, number>>();
  for (const name of offer.features.keys()) {
    found.set(name, new Map([...answer.values(name)].map(([value, bounds]) => [value, bounds.minimum])));
  }
  return found;
}

function listLeastWithout(
  offer: Offer,
  choices: Choices,
  feature: string,
  least: ReadonlyMap<string, number>,
): Map<string, number> {
  const rest = new Map([...choices].filter(([name]) => name !== feature));
  const part = findPart(offer, rest);
  const found = new Map([...least].filter(([value]) => offer.isForCompanies(feature, value)));
  if (!isPossible(part, rest)) return found;
  for (const [value, bounds] of ask(part, rest).values(feature)) found.set(value, bounds.minimum);
  return found;
}

function forCompanies(offer: Offer, tell: (feature: string, value: string) => void): void {
  for (const feature of offer.features.values()) {
    for (const value of feature.values) if (value.is_for_companies) tell(feature.name, value.name);
  }
}

/** The choices after new ones, taken one after the other; what stands in their way is given up. */
export function choose(offer: Offer, car: Car, picked: Choices): Choices {
  let { choices } = car;
  for (const wanted of picked) if (offer.isSold(...wanted)) choices = takeOne(offer, choices, wanted).choices;
  return choices;
}

function takeOne(offer: Offer, choices: Choices, wanted: Wanted): Restoration {
  const part = findPart(offer, new Map(choices).set(...wanted));
  const found = restore(part, choices, wanted);
  const after = findPart(offer, found.choices);
  return after === part ? found : restore(after, found.choices, wanted);
}

/** What stands in the way of a value, and the nearest car that has it: fewest choices given up, then price. */
export function findWayOut(offer: Offer, car: Car, wanted: Wanted): WayOut {
  const found = takeOne(offer, car.choices, wanted);
  return {
    inTheWay: conflict(findPart(offer, new Map(car.choices).set(...wanted)), car.choices, wanted),
    changes: listChanges(offer, car.values, found.completion.values),
    amount: found.completion.price - car.price,
  };
}

const itemised = new WeakMap<Offer, WeakMap<Values, ReadonlyMap<string, number>>>(); // each row of a page asks again

/** The parts of the price of a whole car that are not free, by term, in the order of the price list. */
export function itemise(offer: Offer, values: Values): ReadonlyMap<string, number> {
  const priced = itemised.get(offer) ?? new WeakMap<Values, ReadonlyMap<string, number>>();
  const known = priced.get(values);
  if (known) return known;
  const found = new Map<string, number>();
  for (const term of offer.terms) {
    const amount = term.amounts.get(term.scope.map((name) => values.get(name)).join("\n"));
    if (amount) found.set(term.name, amount);
  }
  itemised.set(offer, priced.set(values, found));
  return found;
}

/**
 * What differs between two cars of an offer, features first changed first; the amounts add up to the difference. The
 * price of a term that bears no feature's name (the car itself) goes to the first of its features that changed.
 */
export function listChanges(offer: Offer, before: Values, after: Values): Change[] {
  const amounts = new Map(itemise(offer, after));
  for (const [term, amount] of itemise(offer, before)) amounts.set(term, (amounts.get(term) ?? 0) - amount);
  const due = new Map<string, number>();
  for (const name of offer.features.keys()) {
    if (before.get(name) === after.get(name)) continue;
    due.set(name, amounts.get(name) ?? 0);
    amounts.delete(name);
  }
  for (const term of offer.terms) {
    const bearer = term.scope.find((name) => due.has(name));
    if (offer.features.has(term.name) || !bearer || !amounts.has(term.name)) continue;
    due.set(bearer, due.get(bearer)! + amounts.get(term.name)!);
    amounts.delete(term.name);
  }
  const change = (feature: string, amount: number): Change => ({
    feature,
    before: before.get(feature)!,
    after: after.get(feature)!,
    amount,
  });
  const changed = [...due].map(([name, amount]) => change(name, amount));
  const dearer = [...amounts].filter(([term, amount]) => amount !== 0 && offer.features.has(term));
  return [...changed, ...dearer.map(([name, amount]) => change(name, amount))];
}
