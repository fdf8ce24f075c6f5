/** Long work in pieces: at once for whoever waits for it, with pauses for whoever works ahead of a visitor. */

/** Work that may be left and taken up again wherever it yields. */
export type Pieces<T> = Generator<undefined, T>;

/** Do it at once. */
export function finish<T>(work: Pieces<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Do it with pauses, in which the browser answers whoever waits for it. */
export async function finishSlowly<T>(work: Pieces<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await rest();
  }
}

export function rest(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}
