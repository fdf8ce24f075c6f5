import { beforeEach, expect, test } from "vitest";
import { findNext, readCells, start } from "./main";

beforeEach(() => {
  const cell = (name: string) => `<td><a href="#${name}">${name}</a></td>`;
  document.body.innerHTML = `<form><div data-board><table><thead><tr><th></th><th><input type="checkbox" name="market" value="BE"></th><th><input type="checkbox" name="market" value="FR"></th></tr></thead>
    <tbody><tr><th>Home</th>${cell("a")}${cell("b")}</tr><tr><th>Legal</th>${cell("c")}${cell("d")}</tr></tbody></table></div><b data-chosen data-none="none" data-some="chosen"></b></form>`;
});

const board = () => document.querySelector<HTMLElement>("[data-board]")!;

test("arrows lead to the next cell and stay on the board", () => {
  const cells = readCells(board());
  const name = (row: number, column: number, key: string) => findNext(cells, row, column, key)?.textContent;
  expect([name(0, 0, "ArrowRight"), name(0, 0, "ArrowDown"), name(0, 0, "ArrowUp"), name(1, 1, "ArrowRight")]).toEqual(["b", "c", "a", "d"]);
  expect([name(1, 1, "Home"), name(0, 0, "End"), name(0, 0, "x")]).toEqual(["c", "b", undefined]);
});

test("one cell is in the tab order, and Space chooses its market", () => {
  start(board());
  const links = [...document.querySelectorAll<HTMLAnchorElement>("td a")];
  expect(links.map((link) => link.tabIndex)).toEqual([0, -1, -1, -1]);
  links[0]!.focus();
  links[0]!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  expect(document.activeElement).toBe(links[1]);
  expect(links.map((link) => link.tabIndex)).toEqual([-1, 0, -1, -1]);
  links[1]!.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  expect(document.querySelector<HTMLInputElement>('[value="FR"]')!.checked).toBe(true);
  expect(document.querySelector("[data-chosen]")!.textContent).toBe("FR chosen");
});
