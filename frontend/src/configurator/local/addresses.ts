/** Choices in addresses and in hidden fields, sign for sign as usine/journeys/addresses.py writes them. */

import type { Choices } from "../../kernel";

/** Choices as one word for a hidden field: `trim.futaie~roof.glass`. */
export function encode(choices: Choices): string {
  return [...choices].map(([name, value]) => `${name}.${value}`).join("~");
}

/** The inverse of `encode`; what is not a choice is left out. */
export function decode(state: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of state.split("~")) {
    const dot = part.indexOf(".");
    if (dot >= 0) found.set(part.slice(0, dot), part.slice(dot + 1));
  }
  return found;
}

/** The address of a car; the bare path for the car without choices. */
export function withQuery(path: string, choices: Choices): string {
  return choices.size > 0 ? `${path}?${quoteAll(choices)}` : path;
}

/** Names and values as a query, as Python's `urlencode` writes it. */
export function quoteAll(pairs: Iterable<readonly [string, string]>): string {
  return [...pairs].map(([name, value]) => `${quote(name)}=${quote(value)}`).join("&");
}

function quote(text: string): string {
  const strict = encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return strict.replaceAll("%20", "+");
}
