/** The amounts of a price list on the slots of a compiled range; mirrors `price` of usine/kernel/queries.py. */

import { type CompiledRange, PricedRange, type Term } from "./compiled";
import { ModelInvalid } from "./errors";
import { slotsOfGroup } from "./layout";

/** Price term to its rows (values of its scope) with their amounts, as JSON has them; a row left out costs 0. */
export type Prices = ReadonlyMap<string, Iterable<readonly [row: readonly string[], amount: number]>>;

const TOO_LARGE = "The prices of this range are too large to be added exactly: choose a larger unit.";

/**
 * Put the amounts of a price list on a compiled range; whole numbers in the caller's smallest unit.
 *
 * Raises ModelInvalid on an unknown term or row, an amount that is no whole number, or amounts whose sum times the
 * number of variables is not below 2^53: a restoration may weigh each choice by more than all prices together.
 */
export function price(compiled: CompiledRange, prices: Prices): PricedRange {
  const slotPrice = new Float64Array(compiled.circuit.slotCount);
  for (const [name, amounts] of prices) {
    const term = compiled.terms.get(name);
    if (!term) throw new ModelInvalid(`This range has no price term ${name}.`);
    addTerm(compiled, slotPrice, name, term, readAmounts(name, term, amounts));
  }
  const total = slotPrice.reduce((sum, amount) => sum + Math.abs(amount), 0);
  if (!((total + 1) * (compiled.variables.length + 1) < Number.MAX_SAFE_INTEGER)) throw new ModelInvalid(TOO_LARGE);
  return new PricedRange(compiled, slotPrice);
}

/** The amount of each row of a term, in the order of its rows. */
function readAmounts(name: string, term: Term, amounts: Iterable<readonly [readonly string[], number]>): Float64Array {
  const place = new Map(term.rows.map((row, i) => [JSON.stringify(row), i]));
  const found = new Float64Array(term.rows.length);
  for (const [row, amount] of amounts) {
    const i = place.get(JSON.stringify(row));
    if (i === undefined) throw new ModelInvalid(`The price term ${name} has no row ${row.join(", ")}.`);
    if (!Number.isSafeInteger(amount))
      throw new ModelInvalid(`The price term ${name} has an amount that is no whole number: ${amount}.`);
    found[i] = amount;
  }
  return found;
}

function addTerm(
  compiled: CompiledRange,
  slotPrice: Float64Array,
  name: string,
  term: Term,
  amounts: Float64Array,
): void {
  if (term.scope.length > 1) {
    const [start] = compiled.slotsOf(`$${name}`);
    amounts.forEach((amount, i) => (slotPrice[start + i]! += amount));
    return;
  }
  const { layout } = compiled;
  term.rows.forEach((row, i) => {
    const [variable, index] = compiled.indexOf(term.scope[0]!, row[0]!);
    for (const slot of slotsOfGroup(layout, layout.firstGroup[variable]! + index)) slotPrice[slot]! += amounts[i]!;
  });
}
