/** Touch: the left half of the screen is the wheel, the right half the pedals; a tilted phone can be the wheel instead. */

import { clamp } from "../dynamics";
import { newWish, type Wish } from "./hands";

const WHEEL = 0.16; // of the width: so far to the side turns the whole wheel
const PEDAL = 0.3; // of the height: so far up or down is the whole pedal
const TOUCHED = 0.25; // of the pedal, as a finger comes down
const TILT = 28; // degrees for the whole wheel
const LEVEL = 2; // degrees that are level

interface Finger {
  readonly isWheel: boolean;
  readonly x: number;
  readonly y: number;
}

export class Fingers {
  readonly wish: Wish = { ...newWish(), isAnalogue: true };
  readonly #down = new Map<number, Finger>();
  #tilt: number | null = null;

  /** A finger comes down at a place, 0 to 1 across and down. */
  press(id: number, x: number, y: number): void {
    const isWheel = x < 0.5;
    this.#down.set(id, { isWheel, x, y });
    if (!isWheel) this.#pedal(y < 0.72 ? TOUCHED : -TOUCHED);
  }

  move(id: number, x: number, y: number): void {
    const finger = this.#down.get(id);
    if (!finger) return;
    if (finger.isWheel) {
      if (this.#tilt === null) this.wish.steering = clamp((finger.x - x) / WHEEL, -1, 1);
    } else {
      const start = finger.y < 0.72 ? TOUCHED : -TOUCHED;
      this.#pedal(start + (finger.y - y) / PEDAL);
    }
  }

  lift(id: number): void {
    const finger = this.#down.get(id);
    this.#down.delete(id);
    if (!finger) return;
    if (finger.isWheel) this.wish.steering = this.#tilt ?? 0;
    else this.#pedal(0);
  }

  liftAll(): void {
    for (const id of [...this.#down.keys()]) this.lift(id);
  }

  /** Degrees that the phone leans to the right; null: the wheel is a finger again. */
  tilt(degrees: number | null): void {
    if (degrees === null || !Number.isFinite(degrees)) {
      this.#tilt = null;
      this.wish.steering = 0;
      return;
    }
    const beyond = Math.max(0, Math.abs(degrees) - LEVEL) / (TILT - LEVEL);
    this.#tilt = -Math.sign(degrees) * Math.min(1, beyond);
    this.wish.steering = this.#tilt;
  }

  #pedal(amount: number): void {
    this.wish.throttle = clamp(amount, 0, 1);
    this.wish.brake = clamp(0 - amount, 0, 1);
  }
}
