/**
 * The keyboard of the room that hears the public. A key presses what bears it (`data-key`): a link or a button is clicked, a
 * field is entered. In the inbox `j k` and a click open a mention beside the list without leaving the page; `x` ticks it.
 * Without script every one of them is a link, a button or a box.
 */

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) && !(target instanceof HTMLInputElement && target.type === "checkbox");
}

/** Press what bears a key; says whether there was such a thing. A field in a closed fold opens it. */
export function press(key: string, root: ParentNode = document): boolean {
  const found = root.querySelector<HTMLElement>(`main [data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  found.closest("details")?.setAttribute("open", "");
  if (found instanceof HTMLTextAreaElement) {
    found.focus();
    found.scrollIntoView({ block: "nearest" });
  } else found.click();
  return true;
}

/** The row that is shown, and the one that lies so many further; the list's ends stay. */
export function findRow(list: ParentNode, step: number): HTMLElement | undefined {
  const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const here = rows.findIndex((row) => row.hasAttribute("aria-current"));
  return rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
}

export class Inbox {
  private asked: AbortController | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly detail: HTMLElement,
  ) {}

  /** Beside the list there is room for the mention; on a phone it is a page of its own. */
  private get isWide(): boolean {
    return this.detail.offsetParent !== null && this.root.querySelector<HTMLElement>(".inbox__list")?.offsetParent !== null;
  }

  /** Show a row's mention beside the list. What a slower answer brings of an earlier row is dropped. */
  async show(row: HTMLElement): Promise<void> {
    const link = row.querySelector<HTMLAnchorElement>("[data-open]");
    if (!link) return;
    for (const other of this.root.querySelectorAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    this.asked?.abort();
    this.asked = new AbortController();
    const answer = await fetch(`${link.href}&part=detail`, { signal: this.asked.signal }).catch(() => undefined);
    if (!answer) return;
    if (!answer.ok || answer.redirected) {
      location.assign(link.href); // gone, or to sign in again
      return;
    }
    this.detail.innerHTML = await answer.text();
    this.detail.scrollTop = 0;
    history.replaceState(null, "", link.href);
  }

  move(step: 1 | -1): void {
    const row = findRow(this.root, step);
    if (!row) return;
    if (this.isWide) void this.show(row);
    else row.querySelector<HTMLElement>("[data-open]")?.focus();
  }

  tick(): void {
    const box = findRow(this.root, 0)?.querySelector<HTMLInputElement>('input[name="mention"]');
    if (!box) return;
    box.checked = !box.checked;
    this.count();
  }

  /** Say how many are ticked. */
  count(): void {
    const boxes = [...this.root.querySelectorAll<HTMLInputElement>('input[name="mention"]')];
    const ticked = boxes.filter((box) => box.checked).length;
    const said = this.root.querySelector<HTMLElement>("[data-ticked]");
    if (said) said.textContent = `${ticked} ${said.dataset.some ?? ""}`;
    for (const button of this.root.querySelectorAll<HTMLButtonElement>(".many button")) button.disabled = ticked === 0;
    const all = this.root.querySelector<HTMLInputElement>("[data-all]");
    if (all) all.checked = ticked > 0 && ticked === boxes.length;
  }

  start(): void {
    const all = this.root.querySelector<HTMLInputElement>("[data-all]");
    if (all) all.hidden = false;
    all?.addEventListener("change", () => {
      for (const box of this.root.querySelectorAll<HTMLInputElement>('input[name="mention"]')) box.checked = all.checked;
      this.count();
    });
    this.root.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "mention") this.count();
    });
    this.root.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return;
      const row = event.target.closest("[data-open]")?.closest<HTMLElement>("[data-row]");
      if (!row || !this.isWide) return;
      event.preventDefault();
      void this.show(row);
    });
    // What closes a mention leads to the next one, else to the one before it.
    this.root.addEventListener("submit", (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || form.dataset.closes === undefined) return;
      const here = findRow(this.root, 0);
      const next = findRow(this.root, 1) === here ? findRow(this.root, -1) : findRow(this.root, 1);
      if (!next || next === here) return;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "then";
      field.value = next.dataset.row ?? "";
      form.append(field);
    });
    this.count();
    if (new URLSearchParams(location.search).has("at") && !location.hash) {
      const row = findRow(this.root, 0);
      row?.querySelector<HTMLElement>("[data-open]")?.focus({ preventScroll: true });
      row?.scrollIntoView({ block: "nearest" });
    }
  }
}

/** On a phone the tabs are wider than the page: the one that one is on is brought into sight. */
document.querySelector(".tabs > [aria-current]")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
/** What an alert is about is at the end of its chart. */
for (const box of document.querySelectorAll<HTMLElement>("[data-from-end]")) box.scrollLeft = box.scrollWidth;
const root = document.querySelector<HTMLElement>("[data-inbox]");
const detail = root?.querySelector<HTMLElement>("#detail");
const inbox = root && detail ? new Inbox(root, detail) : undefined;
inbox?.start();

let isLed = 0;
/** Before the shell's own keys, so that `j k` move the inbox; after `g` a letter is a room's. */
window.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && event.target instanceof HTMLTextAreaElement) {
      event.target.blur();
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      event.target.form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (performance.now() < isLed) {
      isLed = 0;
      return;
    }
    if (event.key === "g") isLed = performance.now() + 1200;
    let isDone = false;
    if (inbox && (event.key === "j" || event.key === "k")) {
      inbox.move(event.key === "j" ? 1 : -1);
      isDone = true;
    } else if (inbox && event.key === "x") {
      inbox.tick();
      isDone = true;
    } else if (/^[a-z0-9]$/.test(event.key) && event.key !== "g") isDone = press(event.key);
    if (!isDone) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// A template's text is put in without leaving the page.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-text]") : null;
  const field = document.querySelector<HTMLTextAreaElement>("#answer textarea");
  if (!link || !field) return;
  event.preventDefault();
  field.value = link.dataset.text ?? "";
  field.focus();
});
