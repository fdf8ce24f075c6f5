/**
 * Parts of a page put in place of others without losing the reader: the focus stays on the element of the same id, and
 * that element stays where it was on the screen.
 */
export function replaceParts(next: Document, ids: readonly string[]): void {
  const focused = document.activeElement?.id ?? "";
  const before = focused ? (document.getElementById(focused)?.getBoundingClientRect().top ?? 0) : 0;
  for (const id of ids) {
    const then = next.getElementById(id);
    if (then) document.getElementById(id)?.replaceWith(document.adoptNode(then));
  }
  const again = focused ? document.getElementById(focused) : null;
  if (!again) return;
  again.focus({ preventScroll: true });
  scrollBy({ top: again.getBoundingClientRect().top - before, behavior: "instant" });
}
