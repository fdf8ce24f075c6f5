/** Keys by their place, so that WASD and ZQSD are the same keys; arrows too. */

import { newWish, type Wish } from "./hands";

export type Command =
  | "pause"
  | "reset"
  | "camera"
  | "mode"
  | "gearbox"
  | "shiftUp"
  | "shiftDown"
  | "sound"
  | "lookBack"
  | "help";

const PEDALS: Readonly<Record<string, "left" | "right" | "throttle" | "brake">> = {
  ArrowLeft: "left",
  KeyA: "left",
  ArrowRight: "right",
  KeyD: "right",
  ArrowUp: "throttle",
  KeyW: "throttle",
  ArrowDown: "brake",
  KeyS: "brake",
  Space: "brake",
};

const COMMANDS: Readonly<Record<string, Command>> = {
  KeyP: "pause",
  Escape: "pause",
  KeyR: "reset",
  KeyC: "camera",
  KeyM: "mode",
  KeyG: "gearbox",
  KeyE: "shiftUp",
  KeyQ: "shiftDown",
  KeyN: "sound",
  KeyB: "lookBack",
  KeyH: "help",
};

export class Keyboard {
  readonly wish: Wish = newWish();
  readonly #down = new Set<string>();

  /** A key went down: what it commands, whether it drives, or nothing. */
  press(code: string, isRepeat: boolean): Command | "drive" | null {
    if (PEDALS[code]) {
      this.#down.add(code);
      this.#update();
      return "drive";
    }
    return isRepeat ? null : (COMMANDS[code] ?? null);
  }

  lift(code: string): void {
    if (this.#down.delete(code)) this.#update();
  }

  /** The page lost the keyboard: no key is down. */
  liftAll(): void {
    this.#down.clear();
    this.#update();
  }

  #update(): void {
    const is = (what: string): number => ([...this.#down].some((code) => PEDALS[code] === what) ? 1 : 0);
    this.wish.steering = is("left") - is("right");
    this.wish.throttle = is("throttle");
    this.wish.brake = is("brake");
  }
}
