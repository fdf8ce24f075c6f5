/**
 * The configurator without page loads. The server renders the one and only page of a car; this island submits the form
 * at each choice, puts the answer in place, keeps the focus and the reading position. Without it the buttons do the same.
 */

let latest: AbortController | undefined;

// Each choice is taken at once: the buttons that submit the form are for those who read without this script.
document.documentElement.classList.add("live");

document.addEventListener("change", (event) => {
  const form = (event.target as HTMLInputElement).form;
  if (form?.classList.contains("panel")) void take(form);
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.classList.contains("panel")) return;
  event.preventDefault();
  void take(form, event.submitter);
});

window.addEventListener("popstate", () => void show(location.href));

/** Follow a form to the address of its car; when the network fails, let the browser do it and say so. */
async function take(form: HTMLFormElement, submitter: HTMLElement | null = null): Promise<void> {
  const query = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  if (submitter instanceof HTMLButtonElement && submitter.name) query.set(submitter.name, submitter.value);
  const address = new URL(form.action);
  address.search = query.toString();
  const landed = await show(address.href);
  if (landed) history.pushState(null, "", landed);
}

/** Put the page at an address in place of this one; returns the address that it landed on. */
async function show(address: string): Promise<string | undefined> {
  latest?.abort();
  const mine = (latest = new AbortController());
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    return answer.url;
  } catch {
    if (!mine.signal.aborted) location.assign(address);
    return undefined;
  }
}

function replace(next: Document): void {
  const focused = document.activeElement?.id ?? "";
  const now = document.querySelector("main");
  const then = next.querySelector("main");
  if (!now || !then) return;
  const anchor = focused ? document.getElementById(focused) : null;
  const before = anchor?.getBoundingClientRect().top ?? 0;
  now.replaceWith(then);
  document.title = next.title;
  const again = focused ? document.getElementById(focused) : null;
  if (!again) return;
  again.focus({ preventScroll: true });
  scrollBy({ top: again.getBoundingClientRect().top - before, behavior: "instant" });
}
