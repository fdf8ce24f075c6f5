/** The board's keyboard: arrows go from cell to cell, Enter opens one, Space chooses its market. One cell is in the tab order. */

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** The links of the cells, row by row. */
export function readCells(board: ParentNode): HTMLAnchorElement[][] {
  return [...board.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll<HTMLAnchorElement>("td a")]);
}

/** The cell that a key leads to from a row and a column, which stays on the board. */
export function findNext(cells: HTMLAnchorElement[][], row: number, column: number, key: string): HTMLAnchorElement | undefined {
  const step = STEPS[key];
  if (!step) return undefined;
  const line = cells[Math.min(Math.max(row + step[0], 0), cells.length - 1)] ?? [];
  return line[Math.min(Math.max(column + step[1], 0), line.length - 1)];
}

export function start(board: HTMLElement): void {
  const cells = readCells(board);
  const ticks = [...board.querySelectorAll<HTMLInputElement>('thead input[name="market"]')];
  let here: HTMLAnchorElement | undefined;

  function go(cell: HTMLAnchorElement | undefined): void {
    if (!cell) return;
    if (here) here.tabIndex = -1;
    cell.tabIndex = 0;
    here = cell;
  }

  for (const cell of cells.flat()) cell.tabIndex = -1;
  go(cells[0]?.[0]);
  board.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLAnchorElement && event.target.closest("td")) go(event.target);
  });
  board.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cells.findIndex((line) => line.includes(event.target as HTMLAnchorElement));
    if (row < 0) return;
    const column = (cells[row] ?? []).indexOf(event.target as HTMLAnchorElement);
    const next = findNext(cells, row, column, event.key);
    if (next) {
      go(next);
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === " ") ticks[column]?.click();
    else return;
    event.preventDefault();
  });
  board.addEventListener("change", () => count(board, ticks));
  count(board, ticks);
}

/** Say how many markets are chosen, and mark their columns. */
function count(board: HTMLElement, ticks: HTMLInputElement[]): void {
  const said = board.closest("form")?.querySelector<HTMLElement>("[data-chosen]");
  const chosen = ticks.filter((tick) => tick.checked);
  for (const tick of ticks) tick.closest("th")?.classList.toggle("is-chosen", tick.checked);
  if (said) {
    const codes = chosen.map((tick) => tick.value).join(", ");
    said.textContent = chosen.length ? `${codes} ${said.dataset.some ?? ""}` : (said.dataset.none ?? "");
  }
}

for (const board of document.querySelectorAll<HTMLElement>("[data-board]")) start(board);
