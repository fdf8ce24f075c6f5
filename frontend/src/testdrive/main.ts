/**
 * The page of a virtual drive: choose a road, a light and a mode, then drive or be driven. Everything heavy is loaded when
 * a drive begins; until then the page is small, and without this script it still tells the car and where to book.
 */

import { readKit, say } from "./page/kit";
import type { RouteName, Weather } from "./routes/route";
import type { Mode } from "./dynamics";

const kit = readKit(document.querySelector("#kit")?.textContent);
const form = document.querySelector<HTMLFormElement>("#choose");

if (kit && form) {
  delete form.dataset.waits;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    const button = event.submitter as HTMLButtonElement | null;
    void begin(new FormData(form), button?.value === "guide");
  });
}

async function begin(chosen: FormData, isGuided: boolean): Promise<void> {
  const trouble = document.querySelector<HTMLElement>("#trouble")!;
  trouble.hidden = true;
  form!.setAttribute("aria-busy", "true");
  try {
    const { startDrive } = await import("./page/drivePage");
    await startDrive(kit!, {
      route: chosen.get("route") as RouteName,
      weather: chosen.get("weather") as Weather,
      mode: chosen.get("mode") as Mode,
      isGuided,
    });
  } catch {
    trouble.textContent = say(kit!, "no_drive");
    trouble.hidden = false;
  }
  form!.removeAttribute("aria-busy");
}
