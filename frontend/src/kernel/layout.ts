/** Which slots stand for which values. Value groups are numbered through, variable after variable. */

import type { CompiledRange } from "./compiled";

/**
 * The groups of variable v are `firstGroup[v]..firstGroup[v + 1]`, the slots of group g
 * `members[firstMember[g]..firstMember[g + 1]]`; the other way round the groups of slot s are
 * `groups[firstOfSlot[s]..firstOfSlot[s + 1]]`. `decisionStart[v]..decisionStop[v]` are the slots of v's decision.
 */
export interface Layout {
  readonly firstGroup: Int32Array;
  readonly firstMember: Int32Array;
  readonly members: Int32Array;
  readonly firstOfSlot: Int32Array;
  readonly groups: Int32Array;
  readonly decisionStart: Int32Array;
  readonly decisionStop: Int32Array;
}

/** Lay a range out; one visit for each variable and slot of its decision. */
export function findLayout(range: CompiledRange): Layout {
  const count = range.variables.length;
  const firstGroup = new Int32Array(count + 1);
  const decisionStart = new Int32Array(count);
  const decisionStop = new Int32Array(count);
  let total = 0;
  range.variables.forEach(({ name, values }, v) => {
    const [start, stop] = range.slotsOf(name);
    firstGroup[v + 1] = firstGroup[v]! + values.length;
    decisionStart[v] = start;
    decisionStop[v] = stop;
    total += stop - start;
  });
  const slotOf = new Int32Array(total); // for each variable and slot of its decision, as they are gone through
  const groupOf = new Int32Array(total);
  let i = 0;
  for (let v = 0; v < count; v++) {
    const image = range.determined.get(range.variables[v]!.name)?.values;
    const start = decisionStart[v]!;
    for (let s = start; s < decisionStop[v]!; s++, i++) {
      slotOf[i] = s;
      groupOf[i] = firstGroup[v]! + (image ? image[s - start]! : s - start);
    }
  }
  const [firstMember, members] = gather(groupOf, slotOf, firstGroup[count]!);
  const [firstOfSlot, groups] = gather(slotOf, groupOf, range.circuit.slotCount);
  return { firstGroup, firstMember, members, firstOfSlot, groups, decisionStart, decisionStop };
}

/** The values with each key, keys ascending: where each key's begin (one entry more at the end), and the values. */
function gather(keys: Int32Array, values: Int32Array, count: number): [Int32Array, Int32Array] {
  const first = new Int32Array(count + 1);
  for (let i = 0; i < keys.length; i++) first[keys[i]! + 1]!++;
  for (let k = 0; k < count; k++) first[k + 1]! += first[k]!;
  const next = first.slice(0, count);
  const gathered = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) gathered[next[keys[i]!]!++] = values[i]!;
  return [first, gathered];
}
