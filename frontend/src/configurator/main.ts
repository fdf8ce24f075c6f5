/**
 * The configurator without page loads. At each choice this island works out the page of the new car, or submits the form
 * and takes the server's, puts it in place, keeps the focus and the reading position. Without it the buttons do the same.
 */
import { learn } from "./own";
import { dressSearch } from "./search";
import { dressSharing } from "./share";
import { markStepInView } from "./ticks";
import { say, take, takeSoon, travel, undo } from "./visit";

// Each choice is taken at once: the buttons that submit the form are for those who read without this script.
document.documentElement.classList.add("live");

/** What each new page of a car needs once: called at the start and after each answer. */
function dress(): void {
  learn();
  dressSearch();
  dressSharing(say);
  markStepInView();
  for (const button of document.querySelectorAll<HTMLElement>("[data-dismiss],[data-print]")) button.hidden = false;
}

/** Radio buttons change at each press of an arrow key: wait for the last one. */
let byArrow = false;
document.addEventListener("keydown", (event) => (byArrow = event.key.startsWith("Arrow")));
document.addEventListener("pointerdown", () => (byArrow = false));

document.addEventListener("change", (event) => {
  const input = event.target as HTMLInputElement;
  if (!input.name || !input.form?.classList.contains("panel")) return;
  if (byArrow && input.type === "radio") takeSoon(input.form, dress);
  else void take(input.form, null, dress);
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const submitter = event.submitter as HTMLButtonElement | null;
  if (form.id !== "save" && !form.classList.contains("panel")) return;
  event.preventDefault();
  void take(form, submitter, dress);
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest<HTMLAnchorElement>("a[data-undo]");
  if (link) {
    event.preventDefault();
    void undo(link.href, dress);
  }
  if (event.target.closest("[data-dismiss]")) event.target.closest(".told")?.remove();
  if (event.target.closest("[data-print]")) print();
});

window.addEventListener("popstate", () => void travel(dress));
dress();
