/**
 * May this visit be counted? Asked once, kept by the server in a cookie for six months, changed from every footer.
 * Nothing is counted or stored before somebody allows it, and what was stored by that leave goes with it.
 *
 * `data-counted` of the root says it to the other scripts of a page.
 */

const COOKIE = /(?:^|; )usine_consent=(\d+)\.([\d-]+)\.(no|[0-9a-f]{32})(?:;|$)/;
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

  const chosen = readChoice(document.cookie, wording);
  if (chosen?.isAllowed) count(site);
  else if (!chosen) {
    forget();
    // Who tells every site not to follow them (Global Privacy Control) has answered already.
    if (!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl) show(true);
  }

  question.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) void choose(button.value === "yes");
  });
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-consent]") : null;
    if (!link) return;
    event.preventDefault();
    opener = link;
    show(true);
    question.querySelector("button")?.focus();
  });

  async function choose(isAllowed: boolean): Promise<void> {
    const was = readChoice(document.cookie, wording);
    show(false);
    opener?.focus();
    opener = null;
    if (!isAllowed) forget();
    const answer = await post(`${site}consent/`, { counted: isAllowed, wording });
    if (answer && isAllowed && !was?.isAllowed) count(site);
  }

  function show(isShown: boolean): void {
    question.hidden = !isShown;
    const now = readChoice(document.cookie, wording);
    const said = question.querySelector<HTMLElement>("[data-said]");
    if (!said) return;
    said.hidden = !now;
    const sentence = (now?.isAllowed ? said.dataset.yes : said.dataset.no) ?? "";
    if (now) said.textContent = sentence.replace("{date}", tellDay(now.day));
  }
}

/** What a page's cookies say of a wording; undefined where the visitor has not been asked by it. */
export function readChoice(cookies: string, wording: number): Choice | undefined {
  const [, asked, day, visitor] = COOKIE.exec(cookies) ?? [];
  if (!day || Number(asked) < wording) return undefined;
  return { isAllowed: visitor !== "no", day };
}

function count(site: string): void {
  document.documentElement.dataset.counted = "";
  const isMissing = document.body.classList.contains("missing");
  const page = isMissing ? "not-found" : location.pathname.slice(site.length).split("/")[0] || "home";
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

/** True when the server took it; without a network the question comes back on the next page. */
async function post(address: string, message: object): Promise<boolean> {
  try {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    return (await fetch(address, { method: "POST", keepalive: true, headers, body: JSON.stringify(message) })).ok;
  } catch {
    return false;
  }
}
