/** Keys, pads, fingers and tilt of the page, as wishes and commands of a drive. Everything is let go when it ends. */

import { Fingers } from "../controls/fingers";
import { Gamepads } from "../controls/gamepad";
import type { Wish } from "../controls/hands";
import { type Command, Keyboard, meaningOf } from "../controls/keyboard";

interface TiltAsking {
  requestPermission?: () => Promise<"granted" | "denied">;
}

/** Whether a key is for the drive now; where it is not, the page keeps it: to scroll, to read the log. */
export type Heeds = (meaning: Command | "drive") => boolean;

const FIELDS = "input, select, textarea";
const PRESSED = "button, a, summary"; // by Space and Enter
const READERS = "[tabindex]:not(canvas), [role=log], [role=region]"; // scrolled by arrows and Space

export class Input {
  readonly #keyboard = new Keyboard();
  readonly #pads = new Gamepads();
  readonly #fingers = new Fingers();
  readonly #end = new AbortController();
  readonly #canvas: HTMLCanvasElement;
  readonly #heeds: Heeds;
  /** The key that is held to look back. */
  #backKey: string | null = null;
  #isTilting = false;

  constructor(canvas: HTMLCanvasElement, heeds: Heeds, command: (command: Command) => void) {
    this.#canvas = canvas;
    this.#heeds = heeds;
    const { signal } = this.#end;
    addEventListener("keydown", (event) => this.#press(event, command), { signal });
    addEventListener("keyup", (event) => {
      this.#keyboard.lift(event.code);
      if (event.code === this.#backKey) this.#backKey = null;
    }, { signal });
    addEventListener("blur", () => this.release(), { signal });
    canvas.addEventListener("pointerdown", (event) => this.#touch(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#fingers.move(event.pointerId, ...this.#place(event)), { signal });
    for (const name of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(name, (event) => this.#fingers.lift(event.pointerId), { signal });
    }
    addEventListener("deviceorientation", (event) => this.#lean(event), { signal });
    this.readPads = (): void => {
      for (const one of this.#pads.read(navigator.getGamepads?.() ?? [])) command(one);
    };
  }

  /** Once a frame. */
  readonly readPads: () => void;

  wishes(): readonly Wish[] {
    return [this.#keyboard.wish, this.#pads.wish, this.#fingers.wish];
  }

  /** -1 to 1 to the left; 2: back. */
  get look(): number {
    return this.#backKey ? 2 : this.#pads.look;
  }

  /** Whether the device tells how it is held: asks for leave where that is needed. */
  async askForTilt(): Promise<boolean> {
    if (typeof DeviceOrientationEvent === "undefined") return false;
    try {
      const asking = DeviceOrientationEvent as unknown as TiltAsking;
      if (asking.requestPermission && (await asking.requestPermission()) !== "granted") return false;
    } catch {
      return false;
    }
    this.#isTilting = true;
    return true;
  }

  stopTilt(): void {
    this.#isTilting = false;
    this.#fingers.tilt(null);
  }

  /** Nothing is held any more. */
  release(): void {
    this.#keyboard.liftAll();
    this.#fingers.liftAll();
    this.#backKey = null;
  }

  close(): void {
    this.#end.abort();
  }

  #press(event: KeyboardEvent, command: (command: Command) => void): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isForTarget(event)) return;
    const meaning = meaningOf(event);
    if (meaning === null || !this.#heeds(meaning)) return;
    event.preventDefault(); // arrows would scroll the page away
    const found = this.#keyboard.press(event);
    if (found === null) return;
    if (found === "lookBack") this.#backKey = event.code;
    else if (found !== "drive") command(found);
  }

  #touch(event: PointerEvent): void {
    if (event.pointerType === "mouse") return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#fingers.press(event.pointerId, ...this.#place(event));
  }

  #place(event: PointerEvent): [number, number] {
    const box = this.#canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #lean(event: DeviceOrientationEvent): void {
    if (!this.#isTilting) return;
    const isAcross = Math.abs(screen.orientation?.angle ?? 0) % 180 === 90;
    const degrees = isAcross ? (event.beta ?? NaN) * (screen.orientation.angle === 270 ? -1 : 1) : (event.gamma ?? NaN);
    this.#fingers.tilt(degrees);
  }
}

/** Whether what has the focus needs the key itself. */
function isForTarget({ target, code }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  const own = code === "Space" || code === "Enter" ? `${FIELDS}, ${READERS}, ${PRESSED}` : `${FIELDS}, ${READERS}`;
  return target.closest(own) !== null;
}
