/** The sentences of the kit: Django's translations, looked up as gettext does. */

/** The forms of a counted sentence, and which of them goes with 0, 1, 2… */
export type Counted = readonly [forms: readonly string[], formOf: readonly number[]];

type Gaps = Readonly<Record<string, string | number>>;

export class Sentences {
  constructor(
    private readonly single: Readonly<Record<string, string>>,
    private readonly counted: Readonly<Record<string, Counted>>,
  ) {}

  /** A sentence with its gaps filled. Raises when the kit lacks it. */
  say(sentence: string, gaps: Gaps = {}): string {
    return fill(known(this.single[sentence], sentence), gaps);
  }

  /** The form of a sentence that goes with `count`, which also fills its gap of that name. */
  sayCount(sentence: string, count: number, gaps: Gaps): string {
    const [forms, formOf] = known(this.counted[sentence], sentence);
    return fill(known(forms[known(formOf[count], sentence)], sentence), { ...gaps, count });
  }
}

function fill(sentence: string, gaps: Gaps): string {
  return sentence.replace(/%\((\w+)\)s/g, (_gap, name: string) => String(known(gaps[name], sentence)));
}

function known<T>(found: T | undefined, sentence: string): T {
  if (found === undefined) throw new Error(`The kit does not say: ${sentence}`);
  return found;
}
