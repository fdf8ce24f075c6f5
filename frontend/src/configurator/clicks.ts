/**
 * What was chosen and which conflicts were met on pages that this browser answered itself: numbers only, without an
 * identifier, a time or an order. They stay here until the server has them, then nothing of them is left.
 */

/** A wanted value and the own choices in its way: `roof.glass` against `roof_bars.yes`. */
export interface Met {
  readonly wanted: string;
  readonly in_the_way: readonly string[];
}

interface Counts {
  choices: Record<string, number>;
  conflicts: (Met & { count: number })[];
}

/** Posted as it is, again and again until it is answered; `token` is drawn for it alone. */
interface Batch extends Counts {
  readonly token: string;
  readonly offer: string;
}

/** By the address of the door, then the key of the offer. */
type Kept = Record<string, { waiting: Counts; sending?: Batch }>;

const KEY = "usine.clicks";
const MAX_DOORS = 4;
const MAX_CHOICES = 200;
const MAX_CONFLICTS = 50;
const MAX_COUNT = 1000;
const REFUSED = [400, 403, 404, 413]; // posting it again would change nothing

/** Where numbers are kept: `localStorage`, which may be barred or full. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;
/** Posts a batch; the status of the answer, or a rejection where there is none. */
export type Send = (door: string, batch: Batch) => Promise<number>;

export class Clicks {
  #isPosting = false;

  constructor(
    private readonly shelf: Shelf,
    private readonly send: Send,
  ) {}

  /** Count what was picked and what stood in its way. What no longer fits is left out. */
  note(door: string, offer: string, picked: Iterable<string>, met: readonly Met[]): void {
    const kept = this.#read();
    const place = `${door} ${offer}`;
    if (!kept[place] && Object.keys(kept).length >= MAX_DOORS) return;
    const { waiting } = (kept[place] ??= { waiting: { choices: {}, conflicts: [] } });
    for (const value of picked) {
      const count = (waiting.choices[value] ?? 0) + 1;
      const fits = count > 1 || Object.keys(waiting.choices).length < MAX_CHOICES;
      if (fits && count <= MAX_COUNT) waiting.choices[value] = count;
    }
    for (const conflict of met) countConflict(waiting, conflict);
    this.#write(kept);
  }

  /** Let go of all that is kept: the visitor refuses. */
  forget(): void {
    this.#write({});
  }

  /** Post all that is kept, each batch until it is answered; what is not stays. */
  async post(): Promise<void> {
    if (this.#isPosting) return;
    this.#isPosting = true;
    try {
      for (const place of Object.keys(this.#read())) await this.#postOne(place);
    } finally {
      this.#isPosting = false;
    }
  }

  async #postOne(place: string): Promise<void> {
    const [door, offer] = place.split(" ") as [string, string];
    const batch = this.#pack(place, offer);
    if (!batch) return;
    const status = await this.send(door, batch).catch(() => 0);
    if ((status < 200 || status >= 300) && !REFUSED.includes(status)) return;
    const kept = this.#read(); // perhaps nothing any more: the visitor has refused meanwhile
    if (kept[place]?.sending?.token === batch.token) delete kept[place].sending;
    if (kept[place] && isEmpty(kept[place].waiting) && !kept[place].sending) delete kept[place];
    this.#write(kept);
  }

  /** The batch under way, or a new one from what waits. */
  #pack(place: string, offer: string): Batch | undefined {
    const kept = this.#read();
    const found = kept[place];
    if (!found) return undefined;
    if (!found.sending) {
      if (isEmpty(found.waiting)) return undefined;
      found.sending = { token: drawToken(), offer, ...found.waiting };
      found.waiting = { choices: {}, conflicts: [] };
      this.#write(kept);
    }
    return found.sending;
  }

  #read(): Kept {
    try {
      const kept: unknown = JSON.parse(this.shelf.getItem(KEY) ?? "{}");
      return isKept(kept) ? kept : {};
    } catch {
      return {};
    }
  }

  #write(kept: Kept): void {
    try {
      if (Object.keys(kept).length > 0) this.shelf.setItem(KEY, JSON.stringify(kept));
      else this.shelf.removeItem(KEY);
    } catch {
      // barred or full: what cannot be kept is not counted
    }
  }
}

function countConflict(waiting: Counts, met: Met): void {
  const same = waiting.conflicts.find(
    (other) => other.wanted === met.wanted && other.in_the_way.join() === met.in_the_way.join(),
  );
  if (same) same.count = Math.min(same.count + 1, MAX_COUNT);
  else if (waiting.conflicts.length < MAX_CONFLICTS) {
    waiting.conflicts.push({ wanted: met.wanted, in_the_way: [...met.in_the_way], count: 1 });
  }
}

function isEmpty(counts: Counts): boolean {
  return Object.keys(counts.choices).length === 0 && counts.conflicts.length === 0;
}

/** Whether it has the form that this module writes: other versions and other hands write there too. */
function isKept(kept: unknown): kept is Kept {
  if (typeof kept !== "object" || kept === null || Array.isArray(kept)) return false;
  return Object.values(kept as Kept).every(
    (one) => typeof one?.waiting?.choices === "object" && Array.isArray(one.waiting.conflicts),
  );
}

function drawToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
