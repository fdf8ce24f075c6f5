/** The golden vectors, for tests: the answers of the reference engine in Python (tests/golden/answers.py). */

import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const FOLDER = resolve(__dirname, "../../../tests/golden");

type Pair = [string, string];
type Row = [price: number, values: string[]];
type Amounts = [string, [string[], number][]][];
type Bounds = [number, number];

/** One set of choices and every answer about it; null where it is Impossible. */
export interface Question {
  choices: Pair[];
  count: string;
  answer: { minimum: number; maximum: number; values: Record<string, Record<string, Bounds>> } | null;
  counts: Record<string, Record<string, string>>;
  completion: Row | null;
  fulfilled: Row | null;
  best: [budget: number, ...Row] | null;
  cheapest: Row[];
  conflicts: [name: string, value: string, choices: string[] | null][];
  restorations: [wanted: Pair | null, ways: [givenUp: string[], price: number, values: string[]][]][];
  /** Every smallest set of rules that contradicts the choices; not there for large worlds. */
  explanations?: string[][] | null;
}

/** A range, two price lists, wishes and what was asked. */
export interface World {
  name: string;
  artefact: string;
  rules: string;
  prices: Amounts;
  figure: Amounts;
  wishes: [name: string, value: string, worth: number][];
  questions: Question[];
}

/** Every golden world of every family. */
export function readWorlds(): World[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  return files.flatMap((name) => JSON.parse(readFileSync(resolve(FOLDER, name), "utf-8")) as World[]);
}

/** The bytes of a text in base64, in a buffer of their own. */
export function decode(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, "base64")).buffer;
}
