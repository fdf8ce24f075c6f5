/** The configurator without its server: from a form to the address that it leads to, from an address to its page. */

import type { Choices, Wanted } from "../../kernel";
import type { Met } from "../clicks";
import { decode, encode, quoteAll } from "./addresses";
import { buildCar, type Car, choose, findWayOut, repair } from "./cars";
import type { Kit } from "./kit";
import { OFF, Offer, ON } from "./offer";
import { finish, type Pieces } from "./pieces";
import { type Place, showCar } from "./showing";
import { escape, Skeleton } from "./skeleton";

/** A page as the server would give it: what stands in `<main>`, and the title of its window. */
export interface LocalPage {
  readonly main: string;
  readonly title: string;
}

/** Where a form leads, and what is counted of it: the values picked, the conflicts met. */
export interface Step {
  readonly address: string;
  readonly offer: string;
  readonly picked: readonly string[];
  readonly met: readonly Met[];
}

export class Journey {
  readonly #skeleton: Skeleton;

  private constructor(
    private readonly offer: Offer,
    private readonly place: Place,
    token: string,
  ) {
    this.#skeleton = new Skeleton(
      offer.kit.templates,
      token && `<input type="hidden" name="csrfmiddlewaretoken" value="${escape(token)}">`,
    );
  }

  /** Raises where the kit is not whole. `token` is the one against forgery that the page's forms carry. */
  static async open(kit: Kit, place: Place, token: string): Promise<Journey> {
    return new Journey(await Offer.open(kit), place, token);
  }

  /** Whether its prices hold on a day (`2026-11-24`). */
  isValid(day: string): boolean {
    const { valid_until: last } = this.offer.kit;
    return last === null || day <= last;
  }

  /** The step that a form takes: what differs from the car that it showed, or the way out that was asked for. */
  step(form: FormData): Step {
    const before = repair(this.offer, decode(text(form, "state"))).choices;
    const car = buildCar(this.offer, before);
    const wanted = decode(text(form, "want"));
    const picked = wanted.size > 0 ? wanted : this.#readPicked(car, form);
    const after = choose(this.offer, car, picked);
    const sold = [...picked].filter((wanted) => this.offer.isSold(...wanted));
    return {
      address: `${this.place.path}?${quoteAll([...after, ["from", encode(before)]])}`,
      offer: this.offer.kit.offer,
      picked: sold.map((wanted) => wanted.join(".")),
      met: sold.flatMap((wanted) => this.#listMet(car, wanted)),
    };
  }

  #listMet(car: Car, wanted: Wanted): Met[] {
    if (car.least.get(wanted[0])?.has(wanted[1])) return [];
    const names = findWayOut(this.offer, car, wanted).inTheWay;
    const own = names.map((name) => `${name}.${car.choices.get(name)!}`);
    return own.length > 0 ? [{ wanted: wanted.join("."), in_the_way: own }] : [];
  }

  /** The page at an address of this path; undefined when only the server knows the car, from its code. */
  show(query: URLSearchParams): LocalPage | undefined {
    if (query.has("c")) return undefined;
    const asked = new Map([...query].filter(([name]) => this.offer.features.has(name)));
    const from = query.get("from");
    const before = from === null ? undefined : repair(this.offer, decode(from)).choices;
    return finish(this.#write(asked, before));
  }

  /** The page of some choices, as `show` writes it. */
  showChoices(choices: Choices): Pieces<LocalPage> {
    return this.#write(choices, undefined);
  }

  *#write(asked: Choices, before: Choices | undefined): Pieces<LocalPage> {
    const mended = repair(this.offer, asked);
    yield;
    const scope = yield* showCar(this.offer, this.place, mended, before);
    yield;
    return {
      main: this.#skeleton.write("content", scope),
      title: this.#skeleton.write("title", scope),
    };
  }

  /** Inputs that differ from the car shown. An unchecked box sends nothing: it says "no" where it could be let go. */
  #readPicked(car: Car, form: FormData): Choices {
    const picked = new Map<string, string>();
    for (const name of this.offer.whole.compiled.domains.keys()) {
      const { kind, values } = this.offer.feature(name);
      if (values.length < 2) continue;
      const isSwitch = kind === "switch";
      const now = car.values.get(name)!;
      const unsent = isSwitch && car.least.get(name)!.has(OFF) ? OFF : now;
      const sent = form.has(name) ? text(form, name) : unsent;
      if (sent === now || !this.offer.isSold(name, sent)) continue;
      picked.set(name, isSwitch && sent !== OFF ? ON : sent);
    }
    return picked;
  }
}

function text(form: FormData, name: string): string {
  const found = form.getAll(name).at(-1); // as Django reads a form
  return typeof found === "string" ? found : "";
}
