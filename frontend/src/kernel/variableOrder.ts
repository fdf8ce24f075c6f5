/** The variables of a solver by activity, most active first, in a binary heap; among equals the first one. */

const DECAY = 1 / 0.95;
const LARGE = 1e100;

export class VariableOrder {
  readonly #activity: Float64Array;
  readonly #heap: Int32Array;
  readonly #place: Int32Array; // -1 where a variable is taken out
  #length: number;
  #step = 1;

  constructor(variableCount: number) {
    this.#activity = new Float64Array(variableCount);
    this.#heap = Int32Array.from({ length: variableCount }, (_, v) => v);
    this.#place = this.#heap.slice();
    this.#length = variableCount;
  }

  /** Make a variable more active. */
  bump(v: number): void {
    this.#activity[v]! += this.#step;
    if (this.#activity[v]! > LARGE) {
      this.#activity.forEach((activity, other) => (this.#activity[other] = activity / LARGE));
      this.#step /= LARGE;
    }
    if (this.#place[v]! >= 0) this.#rise(v, this.#place[v]!);
  }

  /** What was bumped before counts less from now on. */
  decay(): void {
    this.#step *= DECAY;
  }

  /** Put a variable back. */
  push(v: number): void {
    if (this.#place[v]! >= 0) return;
    this.#rise(v, this.#length++);
  }

  /** Take the most active variable out; -1 when there is none. */
  pop(): number {
    if (this.#length === 0) return -1;
    const first = this.#heap[0]!;
    this.#place[first] = -1;
    const last = this.#heap[--this.#length]!;
    if (this.#length > 0) this.#sink(last);
    return first;
  }

  #isBefore(a: number, b: number): boolean {
    const [more, less] = [this.#activity[a]!, this.#activity[b]!];
    return more !== less ? more > less : a < b;
  }

  #rise(v: number, place: number): void {
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(v, this.#heap[parent]!)) break;
      this.#put(this.#heap[parent]!, place);
      place = parent;
    }
    this.#put(v, place);
  }

  #sink(v: number): void {
    let place = 0;
    for (let next = 1; next < this.#length; next = 2 * place + 1) {
      if (next + 1 < this.#length && this.#isBefore(this.#heap[next + 1]!, this.#heap[next]!)) next++;
      if (!this.#isBefore(this.#heap[next]!, v)) break;
      this.#put(this.#heap[next]!, place);
      place = next;
    }
    this.#put(v, place);
  }

  #put(v: number, place: number): void {
    this.#heap[place] = v;
    this.#place[v] = place;
  }
}
