/** A compiled range from the bytes that usine/kernel/artefact.py writes; docs/kernel.md has the form. */

import { Circuit, findFlaw } from "./circuit";
import { CompiledRange, type Contents, type Image, type Term, type Variable } from "./compiled";
import { isIndex, isList, isRecord, isText, openContainer, type Kind } from "./container";
import { ArtefactCorrupted } from "./errors";

const RANGE: Kind = { magic: "USINERNG", version: 2, noun: "compiled range", remedy: "compile the range again" };
const ARRAYS = 6;

/**
 * The compiled range, its arrays left where they are in the bytes.
 *
 * Raises ArtefactOutdated on another version, ArtefactCorrupted when the bytes are not those that the kernel wrote.
 */
export async function openRange(bytes: ArrayBuffer): Promise<CompiledRange> {
  const { header, arrays } = await openContainer(bytes, RANGE, ARRAYS);
  const [slotStart, nodeEdges, edgeSlots, slots, edgeChildren, children] = arrays as Six;
  const circuit = new Circuit(slotStart, nodeEdges, edgeSlots, slots, edgeChildren, children);
  const contents = readContents(header);
  const flaw = findFlaw(circuit) ?? (contents ? findMisfit(contents, circuit) : "header");
  if (flaw !== undefined || !contents) {
    throw new ArtefactCorrupted(`This compiled range is altered (${flaw}): compile the range again.`);
  }
  return new CompiledRange(contents, circuit);
}

type Six = [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

function readContents(header: Readonly<Record<string, unknown>>): Contents | undefined {
  const { key, variables, decisions, determined, terms, configurations } = header;
  if (!isText(key) || !isList(variables, isVariable) || !isList(decisions, isText)) return undefined;
  if (!isText(configurations) || !/^\d+$/.test(configurations)) return undefined;
  const images = readMap(determined, isImage);
  const found = readMap(terms, isTerm);
  if (!images || !found) return undefined;
  return {
    key,
    variables: variables.map(([name, values]): Variable => ({ name, values })),
    decisions,
    determined: mapValues(images, ([decision, values]): Image => ({ decision, values })),
    terms: mapValues(found, ([scope, rows]): Term => ({ scope, rows })),
    configurations: BigInt(configurations),
  };
}

/** What in the header does not fit the circuit or itself; undefined where all does. */
function findMisfit(contents: Contents, circuit: Circuit): string | undefined {
  const { decisions, determined, terms } = contents;
  const sizes = new Map(contents.variables.map((v) => [v.name, v.values.length]));
  for (const [name, term] of terms) if (term.scope.length > 1) sizes.set(`$${name}`, term.rows.length + 1);
  if (decisions.length !== circuit.slotStart.length - 1 || new Set(decisions).size !== decisions.length)
    return "decisions";
  const width = new Map(decisions.map((name, d) => [name, circuit.slotStart[d + 1]! - circuit.slotStart[d]!]));
  if (decisions.some((name) => width.get(name) !== (sizes.get(name) ?? widthOfHidden(name, width)))) return "decisions";
  for (const name of sizes.keys()) if (width.has(name) === determined.has(name)) return "variables";
  for (const [name, image] of determined) {
    const size = sizes.get(name) ?? 0;
    if (width.get(image.decision) !== image.values.length || image.values.some((v) => v >= size)) return "determined";
  }
  for (const { scope, rows } of terms.values()) {
    if (!scope.every((name) => sizes.has(name)) || rows.some((row) => row.length !== scope.length)) return "terms";
  }
  return sizes.size < contents.variables.length ? "variables" : undefined;
}

/** A hidden decision without a term is of a variable that is fixed and not named (see trimming.py): of any width. */
function widthOfHidden(name: string, width: ReadonlyMap<string, number>): number | undefined {
  return name.startsWith("$") && width.get(name)! > 0 ? width.get(name) : undefined;
}

function readMap<T>(value: unknown, is: (member: unknown) => member is T): Map<string, T> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, T] => is(entry[1])) ? new Map(entries) : undefined;
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, turn: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([name, value]) => [name, turn(value)]));
}

function isTexts(value: unknown): value is string[] {
  return isList(value, isText);
}

/** A variable or hidden decision has at least one value: passes may read the first slot of every decision. */
function isVariable(value: unknown): value is [string, string[]] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isTexts(value[1]) && value[1].length > 0;
}

function isImage(value: unknown): value is [string, number[]] {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isList(value[1], isIndex);
}

function isTerm(value: unknown): value is [string[], string[][]] {
  return Array.isArray(value) && value.length === 2 && isTexts(value[0]) && isList(value[1], isTexts);
}
