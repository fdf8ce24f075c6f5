/**
 * The booking without page loads: another place, week or day is shown at once. The server renders the one page; this
 * island asks for it without anything personal, and puts its places and times where the old ones were. What the visitor
 * types stays untouched. Without it the buttons of the form do the same.
 */
import { replaceParts } from "../page/replace";

const ASKED = ["near", "was_near", "dealer", "day", "slot", "from", "c"];
const SHOWN = ["where", "when", "send", "cancel-said"];
const REDRAWS = new Set(["dealer", "day"]);

let latest: AbortController | undefined;

document.documentElement.classList.add("live");
document.querySelector<HTMLElement>("#faults")?.focus();

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.form?.id === "booking" && REDRAWS.has(field.name)) void show(field.form);
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const button = event.submitter;
  if (form.id !== "booking" || !(button instanceof HTMLButtonElement)) return;
  const isSearch = document.activeElement?.id === "near";
  if (button.value === "book" && !isSearch) return;
  event.preventDefault();
  void show(form, isSearch ? ["step", "find"] : [button.name, button.value]);
});

/** Ask for the page as the form stands; when the network fails, the browser sends the form itself. */
async function show(form: HTMLFormElement, [name, value]: [string, string] = ["step", "look"]): Promise<void> {
  latest?.abort();
  const mine = (latest = new AbortController());
  const sent = new FormData(form);
  const query = new URLSearchParams();
  for (const field of ASKED) query.set(field, String(sent.get(field) ?? ""));
  query.set(name, value);
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${location.pathname}?${query}`, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    place(form, new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    if (mine.signal.aborted) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.submit();
  }
  form.removeAttribute("aria-busy");
}

function place(form: HTMLFormElement, next: Document): void {
  for (const name of ["from", "was_near"]) {
    const then = next.querySelector<HTMLInputElement>(`#booking [name=${name}]`);
    const now = form.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (then && now) now.value = then.value;
  }
  const isOpen = form.querySelector("details[open]") !== null;
  const said = form.querySelector("#near-said");
  replaceParts(next, SHOWN);
  const disclosure = form.querySelector("details");
  if (disclosure && isOpen) disclosure.open = true;
  announce(form, said);
}

/** A live region speaks when its text changes, not when it is replaced: keep the old element, change its words. */
function announce(form: HTMLFormElement, said: Element | null): void {
  const fresh = form.querySelector("#near-said");
  if (!said || !fresh || said.textContent === fresh.textContent) return;
  const words = fresh.textContent;
  fresh.replaceWith(said);
  said.textContent = words;
}
