import { beforeEach, expect, test } from "vitest";
import { findRow, press } from "./main";

beforeEach(() => {
  const row = (id: number, here = "") => `<li data-row="${id}"${here}><a data-open href="?at=${id}">${id}</a></li>`;
  document.body.innerHTML = `<main><ol id="list">${row(1)}${row(2, ' aria-current="true"')}${row(3)}</ol>
    <details><summary></summary><textarea data-key="n"></textarea></details><button data-key="a">Assign</button></main>`;
});

test("the next row is found from the one that is shown, and the ends stay", () => {
  const list = document.querySelector("#list")!;
  expect([-5, -1, 0, 1, 5].map((step) => findRow(list, step)?.dataset.row)).toEqual(["1", "1", "2", "3", "3"]);
  expect(findRow(document.createElement("ol"), 1)).toBeUndefined();
});

test("a key presses what bears it, and opens the fold of a field", () => {
  let pressed = 0;
  document.querySelector("button")!.addEventListener("click", () => (pressed += 1));
  expect([press("a"), press("z"), pressed]).toEqual([true, false, 1]);
  expect(press("n")).toBe(true);
  expect(document.querySelector("details")!.open).toBe(true);
  expect(document.activeElement?.tagName).toBe("TEXTAREA");
});
