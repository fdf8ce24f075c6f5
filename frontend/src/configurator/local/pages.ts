/** The page as its templates read it: steps, parts and groups of rows; usine/journeys/pages.py. */

import type { Car } from "./cars";
import type { Feature } from "./kit";
import { type Offer, ON } from "./offer";
import { makeChoiceRows, makeSwitchRow, type Row } from "./rows";
import { label } from "./wording";

const SEARCH_FROM = 20;

interface Part {
  readonly name: string;
  readonly title: string;
  readonly layout: string;
  readonly control: "radio" | "checkbox";
  readonly rows: readonly Row[];
  readonly asides: readonly Row[];
  readonly is_calm: boolean;
  readonly has_blocked: boolean;
  readonly aside_is_open: boolean;
}

interface Group {
  readonly name: string;
  readonly title: string;
  readonly now: string;
  readonly is_open: boolean;
  readonly parts: readonly Part[];
}

export interface StepView {
  readonly name: string;
  readonly title: string;
  readonly now: string;
  readonly parts: readonly Part[];
  readonly groups: readonly Group[];
  readonly searched: number;
}

/** Every step with what can be chosen there. The groups of the features `touched` last are open, and those with a choice. */
export function showSteps(offer: Offer, car: Car, touched: ReadonlySet<string>): StepView[] {
  const byStep = groupBy(
    offer.kit.features.filter((feature) => feature.values.length > 1),
    (feature) => feature.step,
  );
  return offer.kit.steps.flatMap(([name, title]) => {
    const features = byStep.get(name);
    return features ? [showStep(offer, car, name, title, features, touched)] : [];
  });
}

function showStep(
  offer: Offer,
  car: Car,
  name: string,
  title: string,
  features: readonly Feature[],
  touched: ReadonlySet<string>,
): StepView {
  let parts = makeParts(offer, car, features.filter((feature) => !feature.group), name, title);
  const byGroup = groupBy(
    features.filter((feature) => feature.group),
    (feature) => feature.group,
  );
  const groups = [...byGroup].map(([heading, members], i) =>
    makeGroup(offer, car, `${name}-${i + 1}`, heading, members, touched),
  );
  if (groups.length > 0) {
    // what is for companies stands with the other groups, last
    const aside = parts.filter((part) => part.asides.length > 0).map((part) => makePart({ ...part, rows: part.asides }, []));
    parts = parts.filter((part) => part.rows.length > 0).map((part) => makePart(part, []));
    if (aside.length > 0) groups.push(makeCompanies(offer, name, aside, touched));
  }
  const rows = groups.flatMap((group) => group.parts).reduce((sum, part) => sum + part.rows.length, 0);
  const searched = rows >= SEARCH_FROM ? rows : 0;
  return { name, title, now: tellNow(offer, car, features), parts, groups, searched };
}

function makeGroup(
  offer: Offer,
  car: Car,
  name: string,
  heading: string,
  features: readonly Feature[],
  touched: ReadonlySet<string>,
): Group {
  const parts = makeParts(offer, car, features, name, heading);
  const chosen = features.filter((feature) => isAdded(car, feature));
  const now = chosen.map((feature) => nameAdded(offer, car, feature)).join(", ");
  const isOpen = chosen.length > 0 || features.some((feature) => touched.has(feature.name));
  return { name, title: heading, now, is_open: isOpen, parts };
}

function makeCompanies(offer: Offer, step: string, parts: readonly Part[], touched: ReadonlySet<string>): Group {
  const rows = parts.flatMap((part) => part.rows);
  const isOpen = rows.some((row) => row.is_current || touched.has(row.feature));
  return { name: `${step}-companies`, title: offer.sentences.say("For companies"), now: "", is_open: isOpen, parts };
}

/** A part for each choice of one; one part for all the options. */
function makeParts(offer: Offer, car: Car, features: readonly Feature[], name: string, title: string): Part[] {
  const parts = features
    .filter((feature) => feature.kind === "choice")
    .map((feature) => {
      const head = { name: feature.name, title: feature.label, layout: feature.layout, control: "radio" } as const;
      return setAside(head, makeChoiceRows(offer, car, feature));
    });
  const switches = features.filter((feature) => feature.kind === "switch");
  if (switches.length > 0) {
    const rows = switches.map((feature) => makeSwitchRow(offer, car, feature));
    parts.push(setAside({ name, title, layout: "choices", control: "checkbox" }, rows));
  }
  return parts;
}

type Head = Pick<Part, "name" | "title" | "layout" | "control">;

function setAside(head: Head, rows: readonly Row[]): Part {
  const own = rows.filter((row) => !row.is_for_companies);
  return makePart({ ...head, rows: own }, rows.filter((row) => row.is_for_companies));
}

function makePart(part: Head & Pick<Part, "rows">, asides: readonly Row[]): Part {
  const { name, title, layout, control, rows } = part;
  const blocked = rows.filter((row) => row.blocked).length;
  return {
    ...{ name, title, layout, control, rows, asides },
    is_calm: blocked > 1, // so many that each tells its reason in a low voice
    has_blocked: blocked > 0,
    aside_is_open: asides.some((row) => row.is_current),
  };
}

function groupBy(features: readonly Feature[], key: (feature: Feature) => string): Map<string, Feature[]> {
  const found = new Map<string, Feature[]>();
  for (const feature of features) found.set(key(feature), [...(found.get(key(feature)) ?? []), feature]);
  return found;
}

/** Whether the visitor asked for more than what this feature is without being asked. */
function isAdded(car: Car, feature: Feature): boolean {
  const chosen = car.choices.get(feature.name);
  return feature.kind === "switch" ? chosen === ON : chosen !== undefined && chosen !== feature.standard;
}

function nameAdded(offer: Offer, car: Car, feature: Feature): string {
  return label(offer, feature.name, car.values.get(feature.name)!);
}

/** What is chosen in a step: the value of its first choice in short, or the option, or how many of them. */
function tellNow(offer: Offer, car: Car, features: readonly Feature[]): string {
  const first = features.find((feature) => feature.kind === "choice" && !feature.group);
  if (first) return offer.value(first.name, car.values.get(first.name)!).in_short;
  const added = features.filter((feature) => isAdded(car, feature));
  if (added.length === 1) return nameAdded(offer, car, added[0]!);
  return offer.sentences.say("%(count)s of %(total)s", { count: added.length, total: features.length });
}
