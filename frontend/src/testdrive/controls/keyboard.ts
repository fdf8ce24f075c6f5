/** Keys: pedals and wheel by their place, so that WASD and ZQSD are the same keys; commands by the letter on them. */

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
  p: "pause",
  escape: "pause",
  r: "reset",
  c: "camera",
  m: "mode",
  g: "gearbox",
  e: "shiftUp",
  x: "shiftDown", // below S everywhere; Q is where a French keyboard steers
  n: "sound",
  b: "lookBack",
  h: "help",
};

/** What is read of an event of a key. */
export interface Key {
  /** What is printed on it, with Shift or not. */
  readonly key: string;
  /** Its place, as on an American keyboard. */
  readonly code: string;
  readonly repeat: boolean;
}

/** What a key is for, whether it is pressed now or not. */
export function meaningOf({ key, code }: Key): Command | "drive" | null {
  if (PEDALS[code]) return "drive";
  return COMMANDS[letterOf(key, code)] ?? null;
}

/** The Latin letter on a key: Arabic and Greek keyboards have those of the American one beside their own. */
function letterOf(key: string, code: string): string {
  const isForeign = key.length === 1 && key > "\u007f";
  return (isForeign ? code.replace("Key", "") : key).toLowerCase();
}

export class Keyboard {
  readonly wish: Wish = newWish();
  readonly #down = new Set<string>();

  /** A key went down: what it commands, whether it drives, or nothing. */
  press(pressed: Key): Command | "drive" | null {
    const meaning = meaningOf(pressed);
    if (meaning === "drive") {
      this.#down.add(pressed.code);
      this.#update();
    } else if (pressed.repeat) return null;
    return meaning;
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
