/** Fingers, mouse, wheel and keys on the room of a viewer, as what they ask of the car. */

export interface Wishes {
  /** Moved by shares of the room's width and height. */
  drag(x: number, y: number): void;
  /** A factor below 1 is nearer. */
  zoom(factor: number): void;
  key(key: string): boolean;
}

const KEY_STEP = 0.04; // of the room, for each press of an arrow
const WHEEL = 0.0012; // a notch of 100 is an eighth

/**
 * Listen on a room. One finger turns it sideways while the page scrolls up and down under it; two fingers go nearer and
 * look from higher up. The wheel is taken only from a room that has the focus, or with Ctrl, so that nobody is caught scrolling.
 */
export function listen(room: HTMLElement, wishes: Wishes): void {
  const fingers = new Map<number, { x: number; y: number }>();
  room.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    room.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  room.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const spread = spreadOf(fingers);
    const [x, y] = [event.clientX - before.x, event.clientY - before.y];
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const climbs = event.pointerType !== "touch" || fingers.size > 1;
    wishes.drag(x / room.clientWidth / fingers.size, climbs ? y / room.clientHeight / fingers.size : 0);
    if (spread > 0) wishes.zoom(spread / spreadOf(fingers));
  });
  for (const over of ["pointerup", "pointercancel"] as const) {
    room.addEventListener(over, (event) => void fingers.delete(event.pointerId));
  }
  room.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && document.activeElement !== room) return;
      event.preventDefault();
      wishes.zoom(Math.exp(event.deltaY * WHEEL));
    },
    { passive: false },
  );
  room.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (turnByKey(event.key, wishes) || wishes.key(event.key)) event.preventDefault();
  });
}

function turnByKey(key: string, wishes: Wishes): boolean {
  const step: Record<string, readonly [number, number]> = {
    ArrowLeft: [-KEY_STEP, 0],
    ArrowRight: [KEY_STEP, 0],
    ArrowUp: [0, -KEY_STEP],
    ArrowDown: [0, KEY_STEP],
  };
  const [x, y] = step[key] ?? [];
  if (x !== undefined && y !== undefined) wishes.drag(x, y);
  else if (key === "+" || key === "=") wishes.zoom(0.9);
  else if (key === "-") wishes.zoom(1 / 0.9);
  else return false;
  return true;
}

/** How far two fingers are apart, px; 0 for one. */
function spreadOf(fingers: ReadonlyMap<number, { x: number; y: number }>): number {
  const [one, two] = [...fingers.values()];
  return one && two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
}
