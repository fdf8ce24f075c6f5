/** Copy the address or the code of a saved car, or hand it to the device's own sharing. */

/** Show what this browser can do; `say` tells a screen reader that it is done. */
export function dressSharing(say: (sentence: string) => void): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.onclick = () => void copy(button, say);
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-share]")) {
    if (!navigator.share) continue;
    button.hidden = false;
    const data = { title: button.dataset.title ?? "", url: button.dataset.share ?? "" };
    // Closing the device's sheet without sharing is no error.
    button.onclick = () => void navigator.share(data).catch(() => undefined);
  }
}

async function copy(button: HTMLButtonElement, say: (sentence: string) => void): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  const done = button.dataset.done ?? "";
  button.querySelector("use")?.setAttribute("href", "#ok");
  if (!button.querySelector("svg")) button.textContent = done;
  say(done);
}
