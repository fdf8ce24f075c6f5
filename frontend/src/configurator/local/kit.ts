/** What a browser needs to answer by itself for one offer in one language: written by usine/journeys/kit.py. */

import type { Counted } from "./sentences";
import { rest } from "./pieces";
import type { Node } from "./skeleton";

export interface Notation {
  readonly digits: number;
  readonly zero: string;
  readonly decimal: string;
  readonly group: string;
  readonly group_sizes: readonly [last: number, others: number];
  readonly positive: Affixes;
  readonly negative: Affixes;
  readonly signed: Affixes;
}
type Affixes = readonly [before: string, after: string];

export interface Energy {
  readonly co2_class: string;
  readonly co2: string;
  readonly co2_bare: string;
  readonly consumption: string;
  readonly short: string;
  readonly lines: readonly (readonly [string, string])[];
}

export interface FeatureValue {
  readonly name: string;
  readonly label: string;
  readonly note: string;
  readonly in_short: string;
  readonly is_for_companies: boolean;
  readonly facts: Readonly<Record<string, string>>;
  readonly energy: Energy | null;
}

/** `standard` is the authored first value, empty where the market does not sell it; `values` are those sold. */
export interface Feature {
  readonly name: string;
  readonly kind: "choice" | "switch";
  readonly step: string;
  readonly group: string;
  readonly label: string;
  readonly note: string;
  readonly layout: string;
  readonly standard: string;
  readonly values: readonly FeatureValue[];
}

export interface Kit {
  readonly offer: string;
  readonly valid_until: string | null;
  readonly tax_included: boolean;
  readonly vehicle: string;
  readonly currency: string;
  readonly money: Notation;
  readonly number: Notation;
  readonly price_list: string;
  readonly prices_until: string;
  readonly co2_classes: string;
  readonly sentences: Readonly<Record<string, string>>;
  readonly counted: Readonly<Record<string, Counted>>;
  readonly templates: Readonly<Record<string, readonly Node[]>>;
  readonly steps: readonly (readonly [name: string, title: string])[];
  readonly features: readonly Feature[];
  readonly pictures: readonly (readonly [colour: string, url: string])[];
  readonly prices: readonly (readonly [term: string, rows: readonly (readonly [row: readonly string[], amount: number])[]])[];
  readonly range: string;
  readonly private: string | null;
  readonly rules: string;
  readonly reasons: Readonly<Record<string, string>>;
}

/** The kit at an address. Raises when there is none, or when it is not what its address says. */
export async function fetchKit(address: string): Promise<Kit> {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`No kit: ${answer.status}`);
  const body = await answer.arrayBuffer();
  const key = address.split("/").at(-2) ?? "";
  // The browser offers digests to pages of https and localhost only; the ranges have checksums of their own.
  if (globalThis.crypto?.subtle && !(await digest(body)).startsWith(key)) throw new Error("The kit is altered.");
  await rest();
  return JSON.parse(new TextDecoder().decode(body)) as Kit;
}

/** Base64 as bytes. */
export function decodeBytes(text: string): Uint8Array<ArrayBuffer> {
  const signs = atob(text);
  const bytes = new Uint8Array(signs.length);
  for (let i = 0; i < signs.length; i++) bytes[i] = signs.charCodeAt(i); // a tenth of the time of Uint8Array.from
  return bytes;
}

async function digest(body: ArrayBuffer): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
