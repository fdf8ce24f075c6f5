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
  const groupOf: number[] = []; // for each variable and slot of its decision, as they are gone through
  range.variables.forEach((variable, v) => {
    firstGroup[v + 1] = firstGroup[v]! + variable.values.length;
    const [start, stop] = range.slotsOf(variable.name);
    decisionStart[v] = start;
    decisionStop[v] = stop;
    const image = range.determined.get(variable.name)?.values;
    for (let s = start; s < stop; s++) groupOf.push(firstGroup[v]! + (image ? image[s - start]! : s - start));
  });
  const slotOf = new Int32Array(groupOf.length);
  let i = 0;
  for (let v = 0; v < count; v++) for (let s = decisionStart[v]!; s < decisionStop[v]!; s++) slotOf[i++] = s;
  const [firstMember, members] = gather(Int32Array.from(groupOf), slotOf, firstGroup[count]!);
  const [firstOfSlot, groups] = gather(slotOf, Int32Array.from(groupOf), range.circuit.slotCount);
  return { firstGroup, firstMember, members, firstOfSlot, groups, decisionStart, decisionStop };
}

/** The values with each key, keys ascending: where each key's begin (one entry more at the end), and the values. */
function gather(keys: Int32Array, values: Int32Array, count: number): [Int32Array, Int32Array] {
  const first = new Int32Array(count + 1);
  for (const key of keys) first[key + 1]!++;
  for (let k = 0; k < count; k++) first[k + 1]! += first[k]!;
  const next = first.slice(0, count);
  const gathered = new Int32Array(keys.length);
  keys.forEach((key, i) => (gathered[next[key]!++] = values[i]!));
  return [first, gathered];
}
