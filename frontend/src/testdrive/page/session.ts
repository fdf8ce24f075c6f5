/**
 * A drive that goes on by the page's frames: play and pause, by hand or by the autopilot, what is to be told every few
 * seconds. It knows no DOM; whoever draws and speaks listens.
 */

import { combine, Hands, newWish, type Wish } from "../controls/hands";
import { type Drive, type ReadOuts } from "../drive";
import { STEP, StepClock } from "../dynamics";
import { steerTo } from "../autopilot";
import type { Moment } from "../moments";

export interface Listener {
  /** Something worth telling happened. */
  moment(moment: Moment): void;
  /** Every few seconds of driving. */
  report(read: ReadOuts): void;
  paused(isPaused: boolean): void;
  /** The stretch is driven, or the visitor has had enough; once. */
  finished(read: ReadOuts): void;
}

export const REPORT_EVERY = 5; // s

export class Session {
  readonly hands: Hands;
  /** What keys, pads and fingers want, read at each frame. */
  wishes: () => readonly Wish[] = () => [];
  /** Times the clock, for a guided drive in a hurry. */
  pace = 1;
  readonly #clock = new StepClock();
  readonly #listener: Listener;
  #isPaused = true;
  #isFinished = false;
  #told = 0;
  #nextReport = REPORT_EVERY;
  #braking = 0;

  constructor(
    readonly drive: Drive,
    readonly isGuided: boolean,
    /** m after which the drive is done. */
    readonly stretch: number,
    listener: Listener,
  ) {
    this.hands = new Hands(drive.simulation.vehicle);
    this.#listener = listener;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  /** Of the brake pedal in the last step. */
  get braking(): number {
    return this.#braking;
  }

  pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused || (this.#isFinished && !isPaused)) return;
    this.#isPaused = isPaused;
    this.hands.release();
    this.#listener.paused(isPaused);
  }

  /** End the drive, for good: nothing moves it on, and a second end is none. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.pause(true);
    this.#listener.finished(this.drive.read());
  }

  reset(): void {
    this.hands.release();
    this.drive.reset();
  }

  /** A frame of some seconds; answers the seconds that were driven. */
  frame(seconds: number): number {
    if (this.#isPaused) return 0;
    let driven = 0;
    for (let turn = 0; turn < this.pace; turn++) driven += this.#run(this.#clock.steps(seconds));
    return driven;
  }

  /** Drive some seconds at once, paused or not: the step button, and tests. */
  advance(seconds: number): void {
    this.#run(Math.round(seconds / STEP));
  }

  #run(steps: number): number {
    const wish = steps > 0 && !this.isGuided ? combine([...this.wishes(), newWish()]) : newWish();
    let done = 0;
    for (; done < steps && !this.#isFinished; done++) {
      this.#step(wish);
      this.#tell();
    }
    return done * STEP;
  }

  #step(wish: Wish): void {
    const { drive } = this;
    if (this.isGuided) {
      this.#braking = drive.guide().brake;
      return;
    }
    const bend = steerTo(drive.simulation, drive.route, drive.seen, drive.seen.offset);
    const controls = this.hands.hold(wish, drive.simulation.body.ahead, bend, STEP);
    const copy = { ...controls };
    drive.step(copy);
    this.#braking = copy.brake;
  }

  #tell(): void {
    const { moments, time, route } = this.drive;
    for (; this.#told < moments.happened.length; this.#told++) this.#listener.moment(moments.happened[this.#told]!);
    if (time >= this.#nextReport) {
      this.#nextReport += REPORT_EVERY;
      this.#listener.report(this.drive.read());
    }
    if (this.drive.travelled >= Math.min(this.stretch, route.axis.length)) this.finish();
  }
}
