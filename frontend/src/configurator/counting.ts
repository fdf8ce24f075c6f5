/** When the clicks of this browser are posted: soon, when the page goes out of sight, when the network is back. */
import { Clicks, type Met, type Send } from "./clicks";

const POST_AFTER_MS = 30_000;
const ALLOWED = /(?:^|; )usine_consent=\d+\.[\d-]+\.[0-9a-f]{32}(?:;|$)/;

const send: Send = async (door, batch) => {
  if (!navigator.onLine) throw new TypeError("No network");
  const token = document.querySelector<HTMLInputElement>("#save [name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(door, {
    method: "POST",
    keepalive: true, // also when the page is left meanwhile
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(batch),
  });
  return answer.status;
};

// Reading `localStorage` itself raises where it is barred: not before it is needed.
const clicks = new Clicks(
  {
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, text) => localStorage.setItem(key, text),
    removeItem: (key) => localStorage.removeItem(key),
  },
  send,
);

let waiting: ReturnType<typeof setTimeout> | undefined;

/** Count a step that this browser answered, where the visitor allows it. */
export function count(door: string, offer: string, picked: Iterable<string>, met: readonly Met[]): void {
  if (!mayCount()) return;
  clicks.note(door, offer, picked, met);
  waiting ??= setTimeout(post, POST_AFTER_MS);
}

function post(): void {
  clearTimeout(waiting);
  waiting = undefined;
  if (mayCount()) void clicks.post();
}

/**
 * As frontend/src/site/consent.ts says it, which is run before, and as the cookie still says: the visitor may have
 * refused in another window. Then nothing stays stored.
 */
function mayCount(): boolean {
  const isAllowed = document.documentElement.dataset["counted"] !== undefined && ALLOWED.test(document.cookie);
  if (!isAllowed) clicks.forget();
  return isAllowed;
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") post();
});
window.addEventListener("online", post);
post(); // what an earlier page could not post
