/** A row of the page: one value, or why it is impossible and how it becomes possible; usine/journeys/rows.py. */

import type { Wanted } from "../../kernel";
import { type Car, findWayOut, itemise, type WayOut } from "./cars";
import type { Energy, Feature } from "./kit";
import { OFF, type Offer, ON } from "./offer";
import { bareMoney, type Line, listLines, money } from "./wording";

interface Blocked {
  readonly reason: string;
  readonly want: string;
  readonly button: string;
  readonly ledger: readonly Line[];
  readonly total: string;
}

/** Named as the templates read it. */
export interface Row {
  readonly feature: string;
  readonly value: string;
  readonly input_id: string;
  readonly name: string;
  readonly note: string;
  readonly amount: string;
  readonly bare_amount: string;
  readonly is_current: boolean;
  readonly is_for_companies: boolean;
  readonly blocked: Blocked | null;
  readonly facts: Readonly<Record<string, string>>;
  readonly energy: Energy | null;
}

/** A row for each value of a choice of one that the market sells. */
export function makeChoiceRows(offer: Offer, car: Car, feature: Feature): Row[] {
  return feature.values.map((value) => {
    const isCurrent = car.values.get(feature.name) === value.name;
    const least = car.least.get(feature.name)!.get(value.name);
    let blocked: Blocked | null = null;
    let difference = 0;
    if (!isCurrent && least !== undefined) difference = least - car.price;
    else if (!isCurrent) {
      const wayOut = findWayOut(offer, car, [feature.name, value.name]);
      blocked = explainBlocked(offer, car, [feature.name, value.name], wayOut);
      difference = wayOut.amount;
    }
    return {
      feature: feature.name,
      value: value.name,
      input_id: `${feature.name}-${value.name}`,
      name: value.label,
      note: value.note,
      amount: isCurrent ? offer.sentences.say("current choice") : money(offer, difference, true),
      bare_amount: isCurrent ? "" : bareMoney(offer, difference),
      is_current: isCurrent,
      is_for_companies: value.is_for_companies,
      blocked,
      facts: value.facts,
      energy: value.energy,
    };
  });
}

/** The row of an option; one that the car cannot do without is on, with its reason and the way out. */
export function makeSwitchRow(offer: Offer, car: Car, feature: Feature): Row {
  const isOn = car.values.get(feature.name) === ON;
  const opposite = isOn ? OFF : ON;
  const other = car.least.get(feature.name)!.get(opposite);
  let blocked: Blocked | null = null;
  let amount: string;
  if (other !== undefined) {
    amount = money(offer, isOn ? car.price - other : other - car.price, !isOn);
  } else {
    const wayOut = findWayOut(offer, car, [feature.name, opposite]);
    blocked = explainBlocked(offer, car, [feature.name, opposite], wayOut);
    const own = itemise(offer, car.values).get(feature.name) ?? 0;
    const paid = own ? money(offer, own) : offer.sentences.say("included");
    amount = isOn ? paid : money(offer, wayOut.amount, true);
  }
  const value = offer.value(feature.name, ON);
  return {
    feature: feature.name,
    value: ON,
    input_id: feature.name,
    name: feature.label,
    note: feature.note,
    amount,
    bare_amount: "",
    is_current: isOn,
    is_for_companies: value.is_for_companies,
    blocked,
    facts: value.facts,
    energy: null,
  };
}

function explainBlocked(offer: Offer, car: Car, [feature, value]: Wanted, wayOut: WayOut): Blocked {
  const own = wayOut.inTheWay.map((name): Wanted => [name, car.choices.get(name)!]);
  const rules = offer.explain(new Map([...own, [feature, value]]));
  const shown = wayOut.changes.filter(
    // what comes along as standard, at no price, is no choice of the visitor's
    (change) => change.amount || change.feature === feature || car.choices.has(change.feature),
  );
  const amount = money(offer, wayOut.amount, true);
  return {
    reason: rules.map((rule) => offer.kit.reasons[rule] ?? "").join(" "),
    want: `${feature}.${value}`,
    button: labelButton(offer, value, amount, shown.length - 1),
    ledger: listLines(offer, shown),
    total: amount,
  };
}

function labelButton(offer: Offer, value: string, amount: string, others: number): string {
  const { sentences } = offer;
  if (value === OFF) return sentences.say("Do without: %(amount)s", { amount });
  if (!others) return sentences.say("Make it possible: %(amount)s", { amount });
  return sentences.sayCount("Make it possible: %(amount)s, %(count)s other change", others, { amount });
}
