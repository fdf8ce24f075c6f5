/** Where there is no WebGL: a strip of pictures once round the car, turned by a slider or by hand. */

/** Put the pictures in place of 3D; each is fetched when it is first turned to. */
export function showTurntable(room: HTMLElement, slider: HTMLElement, turns: readonly string[]): void {
  const input = slider.querySelector("input");
  if (input === null || turns.length === 0) return;
  const picture = new Image();
  picture.className = "viewer__strip";
  picture.alt = room.ariaLabel ?? "";
  const turn = (index: number) => {
    const wrapped = ((index % turns.length) + turns.length) % turns.length;
    input.value = String(wrapped);
    picture.src = turns[wrapped]!;
  };
  input.max = String(turns.length - 1);
  input.addEventListener("input", () => turn(Number(input.value)));
  let from = 0;
  picture.addEventListener("pointerdown", (event) => {
    from = event.clientX + Number(input.value) * stepOf(picture, turns);
    picture.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  picture.addEventListener("pointermove", (event) => {
    if (picture.hasPointerCapture(event.pointerId)) turn(Math.round((from - event.clientX) / stepOf(picture, turns)));
  });
  turn(0);
  room.replaceChildren(picture);
  room.hidden = slider.hidden = false;
}

/** Pixels that one picture lasts: the width of the strip is one turn. */
function stepOf(picture: HTMLElement, turns: readonly string[]): number {
  return Math.max(1, picture.clientWidth / turns.length);
}
