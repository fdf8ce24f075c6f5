/** An offer and its cars in a visitor's words: labels, amounts, changes; usine/journeys/wording.py. */

import { write } from "./amounts";
import { type Change, itemise } from "./cars";
import { OFF, type Offer, ON } from "./offer";

type Values = ReadonlyMap<string, string>;
export type Line = readonly [name: string, amount: string];

export function money(offer: Offer, minor: number, signed = false): string {
  return write(minor, offer.kit.money, signed);
}

/** A signed difference without its currency, for where many stand side by side under one mention of it. */
export function bareMoney(offer: Offer, minor: number): string {
  return write(minor, offer.kit.number, true);
}

/** What people call a choice: the value's label, or for an option its own. */
export function label(offer: Offer, feature: string, value: string): string {
  const of = offer.feature(feature);
  return of.kind === "switch" ? of.label : offer.value(feature, value).label;
}

/** “Name Version”: the vehicle and its trim. */
export function title(offer: Offer, values: Values): string {
  return `${offer.kit.vehicle} ${label(offer, "trim", values.get("trim")!)}`;
}

export function subtitle(offer: Offer, values: Values): string {
  return label(offer, "powertrain", values.get("powertrain")!);
}

/** What the car's picture in a colour shows. */
export function describePicture(offer: Offer, values: Values, colour: string): string {
  return offer.sentences.say("%(car)s in %(colour)s, seen from the front at an angle", {
    car: title(offer, values),
    colour: label(offer, "colour", colour),
  });
}

/** “Added: Pack Hiver”, “Roof: glass”, “New price: Rear camera”. */
export function describeChange(offer: Offer, change: Change): string {
  const feature = offer.feature(change.feature);
  const name = feature.label;
  const value = label(offer, change.feature, change.after);
  const { sentences } = offer;
  if (change.before === change.after) return sentences.say("New price: %(name)s", { name: value });
  if (feature.kind === "choice") return sentences.say("%(feature)s: %(value)s", { feature: name, value });
  return change.after === ON
    ? sentences.say("Added: %(name)s", { name })
    : sentences.say("Removed: %(name)s", { name });
}

/** Changes with their amounts. */
export function listLines(offer: Offer, changes: readonly Change[]): Line[] {
  return changes.map((change) => [describeChange(offer, change), money(offer, change.amount, true)]);
}

/** The itemised price, the car itself first. */
export function listPrice(offer: Offer, values: Values): Line[] {
  const lines = [...itemise(offer, values)];
  const own = lines.filter(([term]) => !offer.features.has(term));
  const others = lines.filter(([term]) => offer.features.has(term));
  return [...own, ...others].map(([term, amount]) => [nameLine(offer, term, values), money(offer, amount)]);
}

function nameLine(offer: Offer, term: string, values: Values): string {
  const feature = offer.features.get(term);
  if (!feature) return `${title(offer, values)}, ${subtitle(offer, values)}`;
  return feature.kind === "switch" ? feature.label : `${feature.label} ${label(offer, term, values.get(term)!)}`;
}

/** The equipment that the car has without a price of its own. */
export function listStandard(offer: Offer, values: Values): string[] {
  const paid = itemise(offer, values);
  return offer.kit.features
    .filter((f) => f.kind === "switch" && !paid.has(f.name) && values.get(f.name) !== OFF)
    .map((f) => f.label);
}

/** 7K4MR2P as people read it: 7K4-MR2P. */
export function printCode(code: string): string {
  return `${code.slice(0, 3)}-${code.slice(3)}`;
}
