/** Mark the step that is being read among the ticks of the horizon, and keep it in sight on a phone. */

let watch: IntersectionObserver | undefined;

export function markStepInView(): void {
  watch?.disconnect();
  const ticks = [...document.querySelectorAll<HTMLAnchorElement>(".steps a")];
  const inView = new Set<string>();
  const isNarrow = matchMedia("(max-width:63.99rem)").matches;
  watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) inView[entry.isIntersecting ? "add" : "delete"](entry.target.id);
      const current = ticks.find((tick) => inView.has(tick.hash.slice(1)));
      if (current) mark(ticks, current);
    },
    { rootMargin: isNarrow ? "-300px 0px -45% 0px" : "-140px 0px -55% 0px" },
  );
  for (const tick of ticks) {
    const part = document.getElementById(tick.hash.slice(1));
    if (part) watch.observe(part);
  }
}

function mark(ticks: HTMLAnchorElement[], current: HTMLAnchorElement): void {
  if (current.hasAttribute("aria-current")) return;
  for (const tick of ticks) tick.removeAttribute("aria-current");
  current.setAttribute("aria-current", "step");
  const strip = current.closest<HTMLElement>(".steps");
  const space = strip ? current.getBoundingClientRect().left - strip.getBoundingClientRect().left : 0;
  if (strip && strip.scrollWidth > strip.clientWidth) strip.scrollBy({ left: space - 20, behavior: "instant" });
}
