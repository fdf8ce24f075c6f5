/** The smallest set that has a member in common with each of some sets; exact branch and bound, for few small sets. */

/** Branches tried before giving up. */
const MAX_BRANCHES = 20_000;

/** A smallest hitting set of at least `least` members; undefined when it takes too many branches to know. */
export function findHittingSet(sets: readonly (readonly number[])[], least: number): number[] | undefined {
  let branches = 0;
  const taken: number[] = [];

  /** Whether the sets from here on can be hit with `room` members more; then they are in `taken`. */
  const hit = (open: readonly (readonly number[])[], room: number): boolean => {
    const smallest = open.reduce((a, b) => (b.length < a.length ? b : a), open[0] ?? []);
    if (open.length === 0) return true;
    if (++branches > MAX_BRANCHES || countDisjoint(open, room) > room) return false;
    for (const member of smallest) {
      taken.push(member);
      if (
        hit(
          open.filter((set) => !set.includes(member)),
          room - 1,
        )
      )
        return true;
      taken.pop();
    }
    return false;
  };

  for (let size = Math.max(least, countDisjoint(sets, Infinity)); branches <= MAX_BRANCHES; size++) {
    if (hit(sets, size)) return taken;
  }
  return undefined;
}

/**
 * Of all smallest hitting sets, the one whose sorted members come first; undefined when it takes too many branches to
 * know. None is smaller than `least`.
 */
export function findFirstHittingSet(sets: readonly (readonly number[])[], least: number): number[] | undefined {
  let branches = 0;
  let best: number[] | undefined;
  const taken: number[] = [];

  const hit = (open: readonly (readonly number[])[], room: number): void => {
    if (open.length === 0) {
      const found = [...taken].sort((a, b) => a - b);
      if (!best || isBefore(found, best)) best = found;
      return;
    }
    if (++branches > MAX_BRANCHES || countDisjoint(open, room) > room) return;
    const smallest = open.reduce((a, b) => (b.length < a.length ? b : a));
    for (const member of smallest) {
      taken.push(member);
      hit(
        open.filter((set) => !set.includes(member)),
        room - 1,
      );
      taken.pop();
    }
  };

  for (let size = Math.max(least, countDisjoint(sets, Infinity)); !best && branches <= MAX_BRANCHES; size++) {
    hit(sets, size);
  }
  return branches > MAX_BRANCHES ? undefined : best;
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((member, place) => member !== b[place]);
  return i >= 0 && a[i]! < b[i]!;
}

/** Sets that share no member need one each; counted greedily, up to one more than `most`. */
function countDisjoint(sets: readonly (readonly number[])[], most: number): number {
  const used = new Set<number>();
  let count = 0;
  for (const set of sets) {
    if (count > most) break;
    if (set.some((member) => used.has(member))) continue;
    count++;
    for (const member of set) used.add(member);
  }
  return count;
}
