/**
 * The page of a virtual drive: choose a road, a light and a mode, then drive or be driven. Everything heavy is loaded when
 * a drive begins; until then the page is small, and without this script it still tells the car and where to book.
 */

import { readKit, say } from "./page/kit";
import { drawRoute } from "./page/map";
import { type DrivingSide, Route, ROUTES, type RouteName, type Weather } from "./routes/route";
import type { Mode } from "./dynamics";

const kit = readKit(document.querySelector("#kit")?.textContent);
const form = document.querySelector<HTMLFormElement>("#choose");

if (kit && form) {
  form.hidden = false;
  void drawRoutes(form, kit.side);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    const button = event.submitter as HTMLButtonElement | null;
    void begin(new FormData(form), button?.value === "guide");
  });
}

/** One after the other, so that a slow phone answers in between. */
async function drawRoutes(form: HTMLFormElement, side: DrivingSide): Promise<void> {
  for (const name of ROUTES) {
    const svg = form.querySelector<SVGSVGElement>(`svg[data-route=${name}]`);
    if (svg) drawRoute(svg, new Route(name, side));
    await new Promise((done) => setTimeout(done));
  }
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
