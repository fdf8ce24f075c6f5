/** The controls that the server wrote for a viewer, in the reader's language: usine/commons/templates/viewer.html. */

/** What one can switch. */
export type Toggle = "doors" | "lights" | "night";

/** Why there is no car to see, as the sentences are named. */
export type Trouble = "none" | "missing" | "lost";

export interface Parts {
  readonly car: string;
  readonly turns: readonly string[];
  readonly open: HTMLButtonElement;
  readonly room: HTMLElement;
  readonly bar: HTMLElement;
  readonly paints: HTMLElement | null;
  readonly told: HTMLElement;
  readonly turn: HTMLElement;
  readonly all: readonly Element[];
}

/** A copy of the page's controls; undefined where the page has none, because its car has no file. */
export function copyParts(): Parts | undefined {
  const template = document.querySelector<HTMLTemplateElement>("#viewer-parts");
  if (template === null) return undefined;
  const copy = template.content.cloneNode(true) as DocumentFragment;
  const find = <T extends Element>(selector: string) => copy.querySelector<T>(selector)!;
  return {
    car: template.dataset["car"] ?? "",
    turns: (template.dataset["turns"] ?? "").split(" ").filter(Boolean),
    open: find<HTMLButtonElement>("[data-open]"),
    room: find<HTMLElement>(".viewer__room"),
    bar: find<HTMLElement>(".viewer__bar"),
    paints: copy.querySelector<HTMLElement>(".viewer__paints"),
    told: find<HTMLElement>(".viewer__told"),
    turn: find<HTMLElement>(".viewer__turn"),
    all: [...copy.children],
  };
}

/** What a screen reader hears of what is shown: the view, then what is open, lit and around. */
export function describe(parts: Parts, view: string): string {
  const said = [parts.bar.querySelector<HTMLElement>(`[data-view=${view}]`)?.dataset["said"] ?? ""];
  for (const button of parts.bar.querySelectorAll<HTMLElement>("[data-toggle]")) {
    const { on, off } = button.dataset;
    said.push((button.ariaPressed === "true" ? on : off) ?? "");
  }
  return said.join(" ");
}
