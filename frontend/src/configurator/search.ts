/** Search among the rows of a long step: names and notes, whatever the accents; Escape shows everything again. */

const typed = new Map<string, string>();
const unfolded = new Map<string, boolean>();

/** Show the fields and search again what was typed before the page changed. */
export function dressSearch(): void {
  for (const field of document.querySelectorAll<HTMLElement>(".seek")) {
    const input = field.querySelector("input");
    if (!input) continue;
    field.hidden = false;
    input.value = typed.get(input.id) ?? "";
    if (input.value) search(field, input);
    input.addEventListener("input", () => search(field, input));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
      if (event.key !== "Escape" || !input.value) return;
      event.preventDefault();
      input.value = "";
      search(field, input);
    });
  }
}

/** Letters that are no letter with an accent to Unicode, as people without their key type them. */
const LOOSE: Readonly<Record<string, string>> = { ı: "i", ł: "l", ø: "o", đ: "d" };

/** A text without accents, marks and case; full-width signs of Japanese keyboards are the usual ones. */
export function simplify(text: string): string {
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/[ıłøđ]/g, (letter) => LOOSE[letter] ?? letter);
}

function search(field: HTMLElement, input: HTMLInputElement): void {
  const words = simplify(input.value).split(/\s+/).filter(Boolean);
  typed.set(input.id, input.value);
  let found = 0;
  for (const group of field.parentElement?.querySelectorAll<HTMLDetailsElement>(".group") ?? []) {
    const title = group.querySelector("summary")?.textContent ?? "";
    let here = 0;
    for (const part of group.querySelectorAll<HTMLElement>("fieldset")) {
      const heading = part.querySelector("legend")?.textContent ?? "";
      const rows = [...part.querySelectorAll<HTMLElement>(".choice")];
      const matching = rows.filter((row) => matches(row, words, `${title} ${heading}`));
      for (const row of rows) row.hidden = !matching.includes(row);
      part.hidden = matching.length === 0;
      here += matching.length;
    }
    fold(group, words.length > 0, here);
    found += here;
  }
  tell(field, input, words.length > 0, found);
}

function matches(row: HTMLElement, words: string[], headings: string): boolean {
  const name = row.querySelector(".choice__name")?.textContent ?? "";
  const note = row.querySelector(".choice__note")?.textContent ?? "";
  const text = simplify(`${name} ${note} ${headings}`);
  return words.every((word) => text.includes(word));
}

/** While searching, the groups with something found are open; afterwards each is as it was. */
function fold(group: HTMLDetailsElement, searching: boolean, found: number): void {
  if (searching && !unfolded.has(group.id)) unfolded.set(group.id, group.open);
  if (searching) group.open = found > 0;
  else if (unfolded.has(group.id)) group.open = unfolded.get(group.id) ?? false;
  if (!searching) unfolded.delete(group.id);
  group.hidden = searching && found === 0;
}

function tell(field: HTMLElement, input: HTMLInputElement, searching: boolean, found: number): void {
  const said = field.querySelector("p");
  const number = found.toLocaleString(document.documentElement.lang);
  const sentence = found ? (input.dataset.found ?? "").replace("{n}", number) : (input.dataset.none ?? "");
  if (said) said.textContent = searching ? sentence : "";
}
