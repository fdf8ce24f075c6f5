/** Amounts and numbers as the locale writes them: usine/markets/notation.py takes apart what this puts together. */

import type { Notation } from "./kit";

/** A number of minor units (or of the last decimal), whole ones without decimals; `signed` also writes the plus. */
export function write(minor: number, notation: Notation, signed = false): string {
  const figures = String(Math.abs(minor)).padStart(notation.digits + 1, "0");
  const whole = figures.slice(0, figures.length - notation.digits);
  const rest = figures.slice(whole.length);
  const text = group(whole, notation) + (/[1-9]/.test(rest) ? notation.decimal + rest : "");
  const [before, after] = minor < 0 ? notation.negative : signed && minor > 0 ? notation.signed : notation.positive;
  return before + inDigits(text, notation.zero) + after;
}

function group(whole: string, notation: Notation): string {
  const [last, others] = notation.group_sizes;
  const runs = [whole.slice(-last)];
  for (let left = whole.slice(0, -last); left; left = left.slice(0, -others)) runs.unshift(left.slice(-others));
  return runs.join(notation.group);
}

function inDigits(text: string, zero: string): string {
  if (zero === "0") return text;
  return text.replace(/\d/g, (digit) => String.fromCodePoint(zero.codePointAt(0)! + Number(digit)));
}
