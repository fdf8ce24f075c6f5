/**
 * May this visit be counted? Asked once, kept by the server in a cookie for six months, changed from every footer.
 * Nothing is counted or stored before somebody allows it, and what was stored by that leave goes with it.
 *
 * `data-counted` of the root says it to the other scripts of a page.
 */

const COOKIE = /(?:^|; )usine_consent=(\d+)\.([\d-]+)\.(no|[0-9a-f]{32})(?:;|$)/;
const LONGEST_WAIT = 1000; // milliseconds
const STORED = ["usine.clicks"]; // what scripts keep in `localStorage` by that leave

interface Choice {
  readonly isAllowed: boolean;
  readonly day: string;
}

/** Dress the question of a page, where it has one: not on a page that is only shown to guests or editors. */
export function askToCount(question: HTMLElement): void {
  const site = `/${question.dataset.site ?? ""}/`;
  const wording = Number(question.dataset.wording);
  if (!location.pathname.startsWith(site)) return;
  let opener: HTMLElement | null = null;
  let wasShown = false;

  follow();
  // A page that comes back from the browser's memory may be older than the visitor's choice.
  addEventListener("pageshow", (event) => {
    if (event.persisted) follow();
  });
  question.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) void choose(button.value === "yes");
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-consent]") : null;
    if (!link) return;
    event.preventDefault();
    opener = link;
    ask();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !question.hidden && read()) close();
  });

  function read(): Choice | undefined {
    return readChoice(document.cookie, wording);
  }

  /** Do as the visitor chose, or ask. */
  function follow(): void {
    const chosen = read();
    if (chosen?.isAllowed) {
      if (!isCounted()) count(site);
    } else forget();
    // Who tells every site not to follow them (Global Privacy Control) has answered already.
    const isTold = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
    if (chosen) question.hidden = true;
    else if (!isTold) void whenSet(question).then(() => wasShown || read() || show());
  }

  async function choose(isAllowed: boolean): Promise<void> {
    const was = read();
    close();
    if (!isAllowed) forget();
    if (was?.isAllowed === isAllowed) return;
    if (!(await post(`${site}consent/`, { counted: isAllowed, wording }))) ask(question.dataset.failed);
    else if (isAllowed) count(site);
  }

  function ask(sentence?: string): void {
    show(sentence);
    question.querySelector("button")?.focus();
  }

  /** The question, with what was chosen before, or what is to be said of it. */
  function show(sentence?: string): void {
    question.hidden = false;
    wasShown = true;
    const said = question.querySelector<HTMLElement>("[data-said]");
    if (!said) return;
    const now = read();
    const chosen = now && (now.isAllowed ? said.dataset.yes : said.dataset.no)?.replace("{date}", tellDay(now.day));
    said.textContent = sentence ?? chosen ?? "";
    said.hidden = said.textContent === "";
  }

  /** Back to where the question was asked for; to the page's content where it came by itself. */
  function close(): void {
    question.hidden = true;
    const content = document.querySelector<HTMLElement>("#content");
    if (!opener && content) content.tabIndex = -1;
    (opener ?? content)?.focus({ preventScroll: true });
  }
}

/** Once the fonts of a hidden question are there, or have been waited for long enough: shown before, it would move. */
async function whenSet(question: HTMLElement): Promise<void> {
  const fonts = document.fonts as FontFaceSet | undefined; // no test's document has any
  const said = [question, ...question.querySelectorAll("p, button")].map((part) => getComputedStyle(part));
  const sets = new Set(said.map(({ fontWeight, fontSize, fontFamily }) => `${fontWeight} ${fontSize} ${fontFamily}`));
  const loading = [...sets].map((set) => fonts?.load(set, question.textContent ?? ""));
  const enough = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
  await Promise.race([Promise.allSettled(loading), enough]);
}

/** What a page's cookies say of a wording; undefined where the visitor has not been asked by it. */
export function readChoice(cookies: string, wording: number): Choice | undefined {
  const [, asked, day, visitor] = COOKIE.exec(cookies) ?? [];
  if (!day || Number(asked) < wording) return undefined;
  return { isAllowed: visitor !== "no", day };
}

function isCounted(): boolean {
  return document.documentElement.dataset.counted !== undefined;
}

function count(site: string): void {
  document.documentElement.dataset.counted = "";
  const { classList } = document.body;
  if (classList.contains("failed")) return; // no page was read
  const page = classList.contains("missing") ? "not-found" : location.pathname.slice(site.length).split("/")[0] || "home";
  void post(`${site}visits/`, { page });
}

function forget(): void {
  delete document.documentElement.dataset.counted;
  try {
    for (const name of STORED) localStorage.removeItem(name);
  } catch {
    // barred: nothing is stored there
  }
}

function tellDay(day: string): string {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
}

/** True when the server took it. */
async function post(address: string, message: object): Promise<boolean> {
  try {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    return (await fetch(address, { method: "POST", keepalive: true, headers, body: JSON.stringify(message) })).ok;
  } catch {
    return false;
  }
}
