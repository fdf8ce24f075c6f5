/** A gamepad of the standard layout: left stick, triggers, a few buttons. It may vanish at any moment. */

import { clamp } from "../dynamics";
import { newWish, type Wish } from "./hands";
import type { Command } from "./keyboard";

/** What is read of a gamepad. */
export interface PadLike {
  readonly connected: boolean;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[];
}

const DEAD = 0.12; // of a stick that is let go
const STEERING_AXIS = 0;
const LOOK_AXIS = 2;
const [BRAKE, THROTTLE] = [6, 7];
const COMMANDS: Readonly<Record<number, Command>> = {
  1: "lookBack",
  2: "mode",
  3: "camera",
  4: "shiftDown",
  5: "shiftUp",
  8: "reset",
  9: "pause",
};

export class Gamepads {
  readonly wish: Wish = newWish();
  /** -1 to 1, of the right stick: to the left. */
  look = 0;
  #isThere = false;
  readonly #pressed = new Set<number>();

  /** Read the first pad; answers its commands, `pause` when it has just vanished. */
  read(pads: readonly (PadLike | null)[]): Command[] {
    const pad = pads.find((one) => one?.connected) ?? null;
    if (!pad) {
      const hasVanished = this.#isThere;
      this.#isThere = false;
      this.#pressed.clear();
      Object.assign(this.wish, newWish());
      this.look = 0;
      return hasVanished ? ["pause"] : [];
    }
    this.#isThere = true;
    this.wish.isAnalogue = true;
    const stick = withoutDead(pad.axes[STEERING_AXIS]);
    this.wish.steering = -Math.sign(stick) * stick * stick;
    this.look = -withoutDead(pad.axes[LOOK_AXIS]);
    this.wish.throttle = clamp(pad.buttons[THROTTLE]?.value || 0, 0, 1);
    this.wish.brake = clamp(pad.buttons[BRAKE]?.value || 0, 0, 1);
    return this.#commands(pad);
  }

  #commands(pad: PadLike): Command[] {
    const found: Command[] = [];
    for (const [key, command] of Object.entries(COMMANDS)) {
      const button = Number(key);
      const isPressed = pad.buttons[button]?.pressed ?? false;
      if (isPressed && !this.#pressed.has(button)) found.push(command);
      if (isPressed) this.#pressed.add(button);
      else this.#pressed.delete(button);
    }
    return found;
  }
}

/** A stick's position, nothing while it is let go. */
function withoutDead(position: number | undefined): number {
  const found = clamp(position || 0, -1, 1);
  const beyond = Math.max(0, Math.abs(found) - DEAD) / (1 - DEAD);
  return Math.sign(found) * beyond;
}
