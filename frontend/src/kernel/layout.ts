/** Which slots stand for which values. Value groups are numbered through, variable after variable. */

import type { CompiledRange } from "./compiled";

/**
 * The groups of variable v are `firstGroup[v]..firstGroup[v + 1]`. Group g has the slots of the set k = `setOf[g]`,
 * `members[firstMember[k]..firstMember[k + 1]]`: values of several variables that always go together share a set. The
 * other way round slot s is in the sets `sets[firstOfSlot[s]..firstOfSlot[s + 1]]`. `decisionStart[v]..decisionStop[v]`
 * are the slots of v's decision.
 */
export interface Layout {
  readonly firstGroup: Int32Array;
  readonly setOf: Int32Array;
  readonly firstMember: Int32Array;
  readonly members: Int32Array;
  readonly firstOfSlot: Int32Array;
  readonly sets: Int32Array;
  readonly decisionStart: Int32Array;
  readonly decisionStop: Int32Array;
}

/** The slots that stand for a value. */
export function slotsOfGroup({ setOf, firstMember, members }: Layout, group: number): Int32Array {
  return members.subarray(firstMember[setOf[group]!]!, firstMember[setOf[group]! + 1]!);
}

/** Lay a range out; one visit for each variable and slot of its decision. */
export function findLayout(range: CompiledRange): Layout {
  const count = range.variables.length;
  const firstGroup = new Int32Array(count + 1);
  const decisionStart = new Int32Array(count);
  const decisionStop = new Int32Array(count);
  range.variables.forEach(({ name, values }, v) => {
    const [start, stop] = range.slotsOf(name);
    firstGroup[v + 1] = firstGroup[v]! + values.length;
    decisionStart[v] = start;
    decisionStop[v] = stop;
  });
  const setOf = new Int32Array(firstGroup[count]!);
  const known = new Map<string, number>();
  const own: number[] = []; // the set of each entry, and its slot
  const slots: number[] = [];
  for (let v = 0; v < count; v++) {
    const { name, values } = range.variables[v]!;
    const image = range.determined.get(name)?.values;
    const groups: number[][] = values.map(() => []);
    for (let s = decisionStart[v]!; s < decisionStop[v]!; s++) {
      groups[image ? image[s - decisionStart[v]!]! : s - decisionStart[v]!]!.push(s);
    }
    groups.forEach((group, index) => {
      const key = group.join();
      let set = known.get(key);
      if (set === undefined) {
        set = known.size;
        known.set(key, set);
        for (const slot of group) {
          own.push(set);
          slots.push(slot);
        }
      }
      setOf[firstGroup[v]! + index] = set;
    });
  }
  const [firstMember, members] = gather(own, slots, known.size);
  const [firstOfSlot, sets] = gather(slots, own, range.circuit.slotCount);
  return { firstGroup, setOf, firstMember, members, firstOfSlot, sets, decisionStart, decisionStop };
}

/** The values with each key, keys ascending: where each key's begin (one entry more at the end), and the values. */
function gather(keys: readonly number[], values: readonly number[], count: number): [Int32Array, Int32Array] {
  const first = new Int32Array(count + 1);
  for (const key of keys) first[key + 1]!++;
  for (let k = 0; k < count; k++) first[k + 1]! += first[k]!;
  const next = first.slice(0, count);
  const gathered = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) gathered[next[keys[i]!]!++] = values[i]!;
  return [first, gathered];
}
