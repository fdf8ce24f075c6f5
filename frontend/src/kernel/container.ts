/**
 * The form that a compiled range and a rule file share: magic (8 bytes) | version, header length (little-endian u32
 * each) | JSON header padded with spaces to a multiple of 8 | int32 arrays, each padded to 8 bytes | SHA-256 of all.
 */

import { ArtefactCorrupted, ArtefactOutdated, KernelError } from "./errors";

const DIGEST = 32;

/** What a kind of file is: its first eight letters, its version, and what to call it in a sentence. */
export interface Kind {
  readonly magic: string;
  readonly version: number;
  readonly noun: string;
  readonly remedy: string;
}

/** The header, not yet trusted in its shape, and the arrays where they lie in the bytes. */
export interface Content {
  readonly header: Readonly<Record<string, unknown>>;
  readonly arrays: readonly Int32Array[];
}

/** Check magic, version and digest, then lay views over the arrays. Raises ArtefactCorrupted or ArtefactOutdated. */
export async function openContainer(bytes: ArrayBuffer, kind: Kind, arrayCount: number): Promise<Content> {
  const view = new DataView(bytes);
  const least = 16 + DIGEST;
  if (bytes.byteLength < least || ascii(bytes, 0, 8) !== kind.magic) {
    throw new ArtefactCorrupted(`This is not a ${kind.noun}: ${kind.remedy}.`);
  }
  const version = view.getUint32(8, true);
  if (version !== kind.version) {
    throw new ArtefactOutdated(`This ${kind.noun} has version ${version}, not ${kind.version}: ${kind.remedy}.`);
  }
  if (!(await digestAgrees(bytes))) {
    throw new ArtefactCorrupted(`This ${kind.noun} is truncated or altered: ${kind.remedy}.`);
  }
  const end = bytes.byteLength - DIGEST;
  const first = 16 + view.getUint32(12, true);
  const altered = (what: string) => new ArtefactCorrupted(`This ${kind.noun} is altered (${what}): ${kind.remedy}.`);
  const header = first <= end && first % 8 === 0 ? parse(bytes, 16, first) : undefined;
  if (header === undefined) throw altered("header");
  const arrays = layOut(bytes, first, end, header.lengths, arrayCount);
  if (arrays === undefined) throw altered("lengths");
  return { header, arrays };
}

function ascii(bytes: ArrayBuffer, first: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(bytes, first, length));
}

async function digestAgrees(bytes: ArrayBuffer): Promise<boolean> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new KernelError("This page cannot check a digest: serve it over HTTPS or from localhost.");
  const end = bytes.byteLength - DIGEST;
  const found = new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(bytes, 0, end)));
  const told = new Uint8Array(bytes, end, DIGEST);
  return found.every((byte, i) => byte === told[i]);
}

function parse(bytes: ArrayBuffer, first: number, last: number): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes, first, last - first)),
    );
    return isRecord(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function layOut(
  bytes: ArrayBuffer,
  first: number,
  end: number,
  lengths: unknown,
  count: number,
): Int32Array[] | undefined {
  if (!isList(lengths, isIndex) || lengths.length !== count) return undefined;
  const arrays: Int32Array[] = [];
  let offset = first;
  for (const length of lengths) {
    if (offset + 4 * length > end) return undefined;
    arrays.push(new Int32Array(bytes, offset, length)); // every machine that runs browsers is little-endian
    offset += 4 * length + ((4 * length) % 8);
  }
  return offset === end ? arrays : undefined;
}

/** Whether a parsed value is an object with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a parsed value is a list whose members all are what `is` says. */
export function isList<T>(value: unknown, is: (member: unknown) => member is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

/** Whether a parsed value is a text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether a parsed value is a whole number from 0. */
export function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
