/**
 * How fine a scene is drawn, by the time that its frames take: a slow machine gets fewer pixels, not fewer frames.
 *
 * A step down is taken when half of the last frames were late; a step up only after a long time with room to spare, and
 * not to a step that was late twice, so that the picture does not swing.
 */

const WINDOW = 12; // frames that are judged together
const LATE = 1000 / 38; // ms a frame: below 38 a second turning looks rough
const ROOM = 1000 / 55; // ms: the screen's own rate is kept with ease
const PATIENCE = 8; // windows with room before a finer step is tried
const CHANCES = 2; // times that a step may be late before it is given up
const ASLEEP = 3000; // ms: no frame takes so long, the page was not drawn meanwhile

export class Quality {
  #step = 0;
  #calm = 0;
  readonly #late: number[];
  #frames: number[] = [];

  /** `steps` from the finest to the coarsest: pixels of the canvas for each of the page's. */
  constructor(readonly steps: readonly number[]) {
    this.#late = steps.map(() => 0);
  }

  get step(): number {
    return this.#step;
  }

  get finest(): number {
    return this.steps[0] ?? 1;
  }

  get pixelRatio(): number {
    return this.steps[this.#step] ?? 1;
  }

  /** Take the time between two frames that followed each other, ms. True when the step has changed. */
  measure(milliseconds: number): boolean {
    if (!(milliseconds > 0) || milliseconds > ASLEEP) return false;
    this.#frames.push(milliseconds);
    if (this.#frames.length < WINDOW) return false;
    const median = this.#frames.sort((a, b) => a - b)[WINDOW >> 1] ?? 0;
    this.#frames = [];
    return this.#judge(median);
  }

  #judge(median: number): boolean {
    this.#calm = median < ROOM ? this.#calm + 1 : 0;
    if (median > LATE) return this.#move(1);
    if (this.#calm < PATIENCE || (this.#late[this.#step - 1] ?? CHANCES) >= CHANCES) return false;
    return this.#move(-1);
  }

  #move(by: 1 | -1): boolean {
    if (by === 1) this.#late[this.#step] = (this.#late[this.#step] ?? 0) + 1;
    const next = this.#step + by;
    if (next >= this.steps.length) return false;
    this.#step = next;
    this.#calm = 0;
    return true;
  }
}

/** The steps of a screen: its own pixels, though never more than the cap, down to three quarters of the page's. */
export function pixelSteps(devicePixelRatio: number, cap: number): number[] {
  const finest = Math.min(Math.max(devicePixelRatio, 1), cap);
  return [finest, 1.5, 1, 0.75, 0.5].filter((ratio, index) => index === 0 || ratio < finest);
}
