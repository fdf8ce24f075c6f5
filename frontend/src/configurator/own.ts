/**
 * Answers of the page's own, without the server: once its kit is here, and for as long as it agrees with the server.
 * Whatever goes wrong here is silent: the server is asked instead, as before.
 */
import { count } from "./counting";
import type { Journey, LocalPage } from "./local/journey";
import { finishSlowly, rest } from "./local/pieces";

const IDLE_MS = 2000;

let journey: Journey | undefined;
let asked = "";
const codes = new Map<string, string>();
const reopened = new Map<string, LocalPage>();

/** Look at a page that the server gave, or this one did: fetch its kit, once for each, and learn the code of its car. */
export function learn(): void {
  const main = document.querySelector<HTMLElement>("main");
  if (!main) return;
  const code = main.querySelector<HTMLAnchorElement>("#code")?.pathname.split("/").at(-1);
  if (code) codes.set(sortState(stateOf(main)), code);
  if (new URLSearchParams(location.search).has("c") && !reopened.has(location.search)) {
    reopened.set(location.search, { main: main.outerHTML, title: titleOf(document) });
  }
  const address = main.dataset.kit ?? "";
  if (address === asked) return;
  asked = address;
  use(undefined);
  if (address) whenIdle(() => void open(address));
}

/** The address that a submitted form leads to; undefined when the server is to be asked. */
export function step(form: FormData): string | undefined {
  const taken = attempt((ready) => ready.step(form));
  if (!taken) return undefined;
  count(`${location.pathname}clicks/`, taken.offer, taken.picked, taken.met);
  return location.origin + taken.address;
}

/** The page at an address; undefined when the server is to be asked. */
export function show(address: URL): LocalPage | undefined {
  if (address.pathname !== location.pathname) return undefined;
  const kept = reopened.get(address.search);
  if (kept) return kept;
  const page = attempt((ready) => ready.show(address.searchParams));
  return page && { ...page, title: `${page.title} | ${titleOf(document).split(" | ").at(-1)}` };
}

/** Who answers from now on; the page says so on its root, for whoever looks into it. */
function use(ready: Journey | undefined): void {
  journey = ready;
  document.documentElement.dataset.answers = ready ? "here" : "server";
}

function attempt<T>(answer: (ready: Journey) => T): T | undefined {
  if (!journey?.isValid(new Date().toISOString().slice(0, 10))) return undefined;
  try {
    return answer(journey);
  } catch {
    use(undefined); // what failed once is not asked again
    return undefined;
  }
}

async function open(address: string): Promise<void> {
  try {
    const [{ Journey }, { fetchKit }] = await Promise.all([import("./local/journey"), import("./local/kit")]);
    await rest();
    const token = document.querySelector<HTMLInputElement>("#save [name=csrfmiddlewaretoken]")?.value ?? "";
    const place = {
      path: location.pathname,
      site: location.origin,
      kit: address,
      findCode: (choices: ReadonlyMap<string, string>) => codes.get(sortState(join(choices))) ?? "",
    };
    const kit = await fetchKit(address);
    await rest();
    const opened = await Journey.open(kit, place, token);
    if (!(await agrees(opened)) || address !== asked) return;
    use(opened);
    loadPictures();
  } catch {
    // no kit, or an altered one: the server goes on answering
  }
}

/** The pictures of the other colours come while there is a network, unless the visitor saves data. */
function loadPictures(): void {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  for (const image of document.querySelectorAll<HTMLImageElement>(".stage__car img")) image.loading = "eager";
}

/** Whether its first answer is the server's: the same controls in the same states, the same amounts. In pieces. */
async function agrees(opened: Journey): Promise<boolean> {
  const main = document.querySelector<HTMLElement>("main");
  if (!main) return false;
  const state = new Map(stateOf(main).split("~").filter(Boolean).map((choice) => split(choice)));
  await rest();
  const written = (await finishSlowly(opened.showChoices(state))).main;
  await rest();
  const own = new DOMParser().parseFromString(written, "text/html").querySelector("main");
  await rest();
  if (own === null) return false;
  const ours = summarise(own);
  await rest();
  return ours === summarise(main);
}

function summarise(main: HTMLElement): string {
  const controls = [...main.querySelectorAll<HTMLInputElement>(".panel input[id]:not([type=search])")];
  const amounts = [...main.querySelectorAll(".panel .part .num, .trunks .d")].map((amount) => amount.textContent);
  return JSON.stringify([controls.map((c) => [c.id, c.defaultChecked, c.disabled]), amounts]);
}

function titleOf(page: Document): string {
  return page.querySelector("title")?.innerHTML ?? "";
}

function stateOf(main: HTMLElement): string {
  return main.querySelector<HTMLInputElement>(".panel [name=state]")?.value ?? "";
}

function split(choice: string): readonly [string, string] {
  const dot = choice.indexOf(".");
  return [choice.slice(0, dot), choice.slice(dot + 1)];
}

function join(choices: ReadonlyMap<string, string>): string {
  return [...choices].map((choice) => choice.join(".")).join("~");
}

/** The same car has the same state, whatever the order of its choices. */
function sortState(state: string): string {
  return state.split("~").sort().join("~");
}

function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: IDLE_MS });
  else setTimeout(work, IDLE_MS);
}
