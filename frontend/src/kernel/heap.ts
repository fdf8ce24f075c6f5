/** A binary heap: what comes first by `isBefore` is popped first. */
export class Heap<T> {
  readonly #items: T[] = [];

  constructor(readonly isBefore: (a: T, b: T) => boolean) {}

  push(item: T): void {
    const items = this.#items;
    let place = items.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(item, items[parent]!)) break;
      items[place] = items[parent]!;
      place = parent;
    }
    items[place] = item;
  }

  /** The first one, taken out; undefined when there is none. */
  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let place = 0;
    for (;;) {
      let next = 2 * place + 1;
      if (next >= items.length) break;
      if (next + 1 < items.length && this.isBefore(items[next + 1]!, items[next]!)) next++;
      if (!this.isBefore(items[next]!, last)) break;
      items[place] = items[next]!;
      place = next;
    }
    items[place] = last;
    return first;
  }
}
