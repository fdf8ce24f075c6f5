/** The desk's keyboard: `j k` rows, `Enter` open, `/` search, `g` + letter a room, `?` help. Works on any page of the shell. */

const LEAD_MS = 1200;
let leadUntil = 0;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** The one link of a row that opens it. */
function rowLinks(root: ParentNode = document): HTMLAnchorElement[] {
  return [...root.querySelectorAll<HTMLAnchorElement>("main tbody th a, main .todo h3 a")];
}

export function moveRow(step: 1 | -1, root: ParentNode = document): HTMLAnchorElement | undefined {
  const links = rowLinks(root);
  const row = document.activeElement?.closest("tr, li") ?? null;
  const here = links.findIndex((link) => link === document.activeElement || link.closest("tr, li") === row);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  const link = links[Math.min(Math.max(next, 0), links.length - 1)];
  if (!link) return undefined;
  root.querySelectorAll("tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
  link.closest("tr")?.setAttribute("aria-current", "true");
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
  return link;
}

/** The page's own search before the shell's, which leads away from it. */
function search(): HTMLInputElement | undefined {
  const find = (within: string) => [...document.querySelectorAll<HTMLInputElement>(`${within} input[type=search]`)].find((field) => field.offsetParent !== null);
  return find("main") ?? find("header");
}

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const help = document.querySelector<HTMLDialogElement>("dialog#help");
  if (help?.open) return;
  const isLed = performance.now() < leadUntil;
  leadUntil = 0;
  if (isLed) {
    const room = document.querySelector<HTMLAnchorElement>(`.rooms a[data-letter="${CSS.escape(event.key)}"]`);
    if (room) {
      event.preventDefault();
      location.assign(room.href);
      return;
    }
  }
  switch (event.key) {
    case "j":
    case "k":
      if (moveRow(event.key === "j" ? 1 : -1)) event.preventDefault();
      break;
    case "/": {
      const field = search();
      if (field) {
        event.preventDefault();
        field.focus();
        field.select();
      }
      break;
    }
    case "g":
      leadUntil = performance.now() + LEAD_MS;
      break;
    case "?":
      help?.showModal();
      break;
    default:
  }
}

/** Alt and an arrow press the button that moves the block in which one is. */
export function moveBlock(event: KeyboardEvent): void {
  if (!event.altKey || !(event.target instanceof Element) || event.target.closest("select")) return;
  const button = event.target.closest("form")?.querySelector<HTMLButtonElement>(`button[data-move="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

/** A chosen picture is shown at once; without script, once it is saved. */
export function showChoice(select: HTMLSelectElement): void {
  const chooser = select.closest("[data-chooser]");
  const source = select.selectedOptions[0]?.dataset.src;
  if (!chooser || source === undefined) return;
  let thumb = chooser.querySelector(".thumb");
  if (!thumb) {
    thumb = document.createElement("span");
    thumb.className = "thumb";
    select.before(thumb);
  }
  thumb.replaceChildren();
  if (!source) return;
  const image = document.createElement("img");
  image.src = source;
  image.alt = select.selectedOptions[0]?.text ?? "";
  thumb.append(image);
}

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) showChoice(event.target);
});

// After a move the page opens at the block: its button has the focus, so that a key moves it again. The browser, going to
// the block, would take the focus away before that.
window.addEventListener("load", () => {
  const block = /^#[\w-]+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
  const button = block?.querySelector<HTMLButtonElement>("button[data-move]");
  if (button) requestAnimationFrame(() => button.focus({ preventScroll: true }));
});

/** A menu closes with Escape or a click outside; without script it closes by its own summary. */
function closeMenus(except: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.pop[open]")) {
    if (!(except instanceof Node && menu.contains(except))) menu.open = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector<HTMLDetailsElement>("details.pop[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    return;
  }
  onKey(event);
});
document.addEventListener("keydown", moveBlock);
document.addEventListener("click", (event) => closeMenus(event.target));

// What can be copied has a button for it; without script one selects the field.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy ?? "");
  if (!(field instanceof HTMLInputElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    field.select();
    void navigator.clipboard.writeText(field.value).then(() => (button.textContent = button.dataset.done ?? ""));
  });
}

// A filter's choice is applied at once; the button stays for those without script.
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-auto]")) {
  form.querySelector<HTMLElement>("button[data-apply]")?.setAttribute("hidden", "");
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) form.requestSubmit();
  });
}

/**
 * What is under way is asked again each second: the part that names with `data-refresh` what it belongs to is replaced,
 * and once it is done the whole of that, so that nothing ticked is lost meanwhile. The focus stays on its button.
 */
async function refresh(): Promise<void> {
  const waiting = [...document.querySelectorAll<HTMLElement>("[data-refresh][id]")];
  if (!waiting.length) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => undefined);
  if (answer?.ok) {
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of waiting) put(part, next);
  }
  setTimeout(() => void refresh(), 1000);
}

function put(part: HTMLElement, next: Document): void {
  const goesOn = next.getElementById(part.id)?.dataset.refresh !== undefined;
  const id = goesOn ? part.id : (part.dataset.refresh ?? "");
  const now = next.getElementById(id);
  const hadFocus = part.contains(document.activeElement);
  if (now) document.getElementById(id)?.replaceWith(now);
  if (hadFocus) now?.querySelector("button")?.focus();
}
setTimeout(() => void refresh(), 1000);
