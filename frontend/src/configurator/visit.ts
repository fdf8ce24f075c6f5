/** From one car to the next: answer here or ask the server, put the page in place, tell what happened. */

import * as own from "./own";

type After = () => void;

const ARROWS_REST_MS = 250;
const SLOW_MS = 200;

let latest: AbortController | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;
let shown = location.pathname + location.search;
let touched = "";

const voice = document.createElement("p");
voice.className = "sr";
voice.setAttribute("role", "status");
document.body.append(voice);

/** Have a screen reader say a sentence once. */
export function say(sentence: string): void {
  voice.textContent = sentence;
}

/** `take`, once the arrow keys rest; what was under way is forgotten, so that no answer undoes a later choice. */
export function takeSoon(form: HTMLFormElement, after: After): void {
  latest?.abort();
  clearTimeout(waiting);
  waiting = setTimeout(() => void take(form, null, after), ARROWS_REST_MS);
}

/** Follow a form to the address of its car. */
export async function take(form: HTMLFormElement, submitter: HTMLButtonElement | null, after: After): Promise<void> {
  clearTimeout(waiting);
  if (submitter?.name === "want") touched = idOfWanted(submitter.value);
  else touched = document.activeElement?.id ?? "";
  const data = new FormData(form);
  if (submitter?.name) data.set(submitter.name, submitter.value);
  const isPost = form.method === "post";
  if (submitter?.name === "then") return leave(form, data);
  const here = isPost ? undefined : own.step(data);
  if (here) return land(here, after, undefined, []);
  const body = new URLSearchParams(data as unknown as Record<string, string>);
  const address = new URL(form.action);
  if (!isPost) address.search = body.toString();
  await land(address.href, after, isPost ? body : undefined, isPost ? ["copy", "code"] : []);
}

/** Follow a form to another page; without a network this one stays, and says so. */
async function leave(form: HTMLFormElement, data: FormData): Promise<void> {
  try {
    const body = new URLSearchParams(data as unknown as Record<string, string>);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.ok) return location.assign(answer.url);
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "then", value: data.get("then") }));
    form.submit(); // what the server has to say about it is a page of its own
  } catch {
    tellFailure("#waits", () => void leave(form, data));
  }
}

/** Go back to the car before the last step, and to the control that was used. */
export async function undo(address: string, after: After): Promise<void> {
  await land(address, after, undefined, [touched]);
}

/** Show the page at an address, keep the address that it leads to, focus the first of these that is there. */
async function land(address: string, after: After, body: URLSearchParams | undefined, focus: string[]): Promise<void> {
  const landed = await show(address, after, body, () => void land(address, after, body, focus));
  if (!landed) return;
  if (landed !== location.href.split("#")[0]) history.pushState(null, "", landed);
  shown = location.pathname + location.search;
  focus.some(focusOn);
}

/** The browser's own back and forward; steps of the page itself (`#colour`) are no travel. */
export async function travel(after: After): Promise<void> {
  if (shown === location.pathname + location.search) return;
  shown = location.pathname + location.search;
  clearTimeout(waiting);
  await show(location.href, after, undefined, () => void show(location.href, after));
}

/** Put the page at an address in place of this one; the address that it landed on, nothing when there was no answer. */
async function show(
  address: string,
  after: After,
  body?: URLSearchParams,
  again: () => void = () => location.reload(),
): Promise<string | undefined> {
  latest?.abort();
  const here = body ? undefined : own.show(new URL(address));
  if (here) {
    replace(read(`<title>${here.title}</title>${here.main}`), after);
    return address.split("#")[0];
  }
  const mine = (latest = new AbortController());
  const slow = setTimeout(() => document.querySelector("main")?.setAttribute("aria-busy", "true"), SLOW_MS);
  try {
    const asked = { signal: mine.signal, headers: { Accept: "text/html" } };
    const answer = await fetch(address, body ? { ...asked, method: "POST", body } : asked);
    const next = read(await answer.text());
    if (!answer.ok || !next.querySelector("main.cfg__main")) throw new Error(String(answer.status));
    replace(next, after);
    return answer.url.split("#")[0];
  } catch {
    if (!mine.signal.aborted) tellFailure(body ? "#waits" : "#offline", again);
    return undefined;
  } finally {
    clearTimeout(slow);
    if (latest === mine) document.querySelector("main")?.removeAttribute("aria-busy");
  }
}

/** The last choice goes back to what the car has, a bar says what is left to do, and its button asks again. */
function tellFailure(which: string, again: () => void): void {
  document.querySelector<HTMLFormElement>("form.panel")?.reset();
  for (const other of document.querySelectorAll<HTMLElement>(".told--alarm")) other.hidden = true;
  const bar = document.querySelector<HTMLElement>(which);
  if (!bar) return;
  bar.hidden = false;
  say(bar.querySelector("span")?.textContent ?? "");
  const retry = bar.querySelector<HTMLElement>("[data-retry]");
  if (retry) retry.onclick = again;
}

function read(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html");
}

function replace(next: Document, after: After): void {
  const now = document.querySelector("main");
  const then = next.querySelector("main");
  if (!now || !then) return;
  const focused = document.activeElement?.id ?? "";
  const anchor = visible(focused) ?? visible(touched);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  const sideways = now.querySelector(".steps")?.scrollLeft ?? 0;
  keepOpen(now, then);
  keepPictures(now, then);
  const putViewer = keepViewer(now, then);
  now.replaceWith(then);
  putViewer();
  document.title = next.title;
  after();
  then.querySelector(".steps")?.scrollTo({ left: sideways, behavior: "instant" });
  const again = anchor && (visible(anchor.id) ?? visible(touched));
  if (again) scrollBy({ top: again.getBoundingClientRect().top - before, behavior: "instant" });
  if (focused && document.activeElement === document.body) focusOn(focused) || focusOn(touched);
  say(then.dataset.say ?? "");
}

/** What the visitor unfolded stays unfolded; what the server opens is open too. */
function keepOpen(now: Element, then: Element): void {
  for (const details of now.querySelectorAll<HTMLDetailsElement>("details[open][id]")) {
    then.querySelector<HTMLDetailsElement>(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
}

/** The pictures of the same car are moved, not loaded again: the car never blinks. */
function keepPictures(now: Element, then: Element): void {
  for (const image of then.querySelectorAll<HTMLImageElement>(".stage__car img")) {
    const same = now.querySelector<HTMLImageElement>(`.stage__car img[src="${CSS.escape(image.getAttribute("src") ?? "")}"]`);
    if (!same) continue;
    same.alt = image.alt;
    image.replaceWith(same);
  }
}

/** The viewer stays the one that it was, open or not, and shows the new car; it is put in place after the page. */
function keepViewer(now: Element, then: Element): () => void {
  const [mine, next] = [now.querySelector<HTMLElement>("car-viewer"), then.querySelector<HTMLElement>("car-viewer")];
  if (!mine || !next) return () => undefined;
  const place = document.createComment("");
  next.replaceWith(place);
  mine.firstElementChild?.replaceWith(next.firstElementChild!);
  return () => {
    place.replaceWith(mine);
    mine.dataset["look"] = next.dataset["look"];
  };
}

/** The control of a wanted value: `roof.glass` is `roof-glass`, `alarm.yes` is `alarm`. */
function idOfWanted(want: string): string {
  const [feature, value] = want.split(".");
  return value === "yes" || value === "no" ? (feature ?? "") : `${feature}-${value}`;
}

function visible(id: string): HTMLElement | undefined {
  const element = id ? document.getElementById(id) : null;
  return element && element.getClientRects().length > 0 ? element : undefined;
}

function focusOn(id: string): boolean {
  const element = visible(id);
  element?.focus({ preventScroll: true });
  return element !== undefined;
}
