import { beforeEach, expect, test, vi } from "vitest";
import { askToCount } from "./consent";

const NUMBER = "0f".repeat(16);
const posted = vi.fn<(address: string) => void>();
let isTaken = true;

beforeEach(() => {
  posted.mockClear();
  isTaken = true;
  vi.stubGlobal("fetch", (address: string) => {
    posted(address);
    return Promise.resolve({ ok: isTaken });
  });
  history.replaceState(null, "", "/fr-fr/oree/versions/");
  document.documentElement.lang = "fr";
  delete document.documentElement.dataset["counted"];
  document.body.className = "";
  localStorage.clear();
  document.body.innerHTML = `<main id="content"></main><section id="counting" data-site="fr-fr/oree" data-wording="1"
    data-failed="again, please" hidden><p data-said data-yes="yes {date}" data-no="no {date}" hidden></p>
    <button value="no">Refuse</button><button value="yes">Accept</button></section><a data-consent href="#counting">choice</a>`;
});

const question = () => document.querySelector<HTMLElement>("#counting")!;
const said = () => document.querySelector<HTMLElement>("[data-said]")!;
const press = (value: string) => question().querySelector<HTMLElement>(`[value=${value}]`)!.click();
const keep = (choice: string) => (document.cookie = `usine_consent=1.2026-11-26.${choice}`);
const forgetCookie = () => (document.cookie = "usine_consent=; max-age=0");

test("a refusal that is not taken asks again and says why", async () => {
  keep(NUMBER);
  askToCount(question());
  document.querySelector<HTMLElement>("[data-consent]")!.click();
  isTaken = false;
  press("no");
  expect(question().hidden).toBe(true);
  await vi.waitFor(() => expect(question().hidden).toBe(false));
  expect([said().hidden, said().textContent]).toEqual([false, "again, please"]);
  expect(document.activeElement).toBe(question().querySelector("button"));
  expect(document.documentElement.dataset["counted"]).toBeUndefined();
});

test("the same choice again posts nothing", () => {
  keep("no");
  askToCount(question());
  document.querySelector<HTMLElement>("[data-consent]")!.click();
  press("no");
  expect(question().hidden).toBe(true);
  expect(posted).not.toHaveBeenCalled();
});

test("Escape closes only where there is a choice, and the focus goes back", async () => {
  forgetCookie();
  askToCount(question());
  await vi.waitFor(() => expect(question().hidden).toBe(false));
  const escape = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  escape();
  expect(question().hidden).toBe(false);
  keep("no");
  const link = document.querySelector<HTMLElement>("[data-consent]")!;
  link.click();
  expect(said().textContent).toBe("no 26 novembre 2026");
  escape();
  expect([question().hidden, document.activeElement]).toEqual([true, link]);
});

test("after the first choice the focus is on the page's content", () => {
  forgetCookie();
  askToCount(question());
  press("no");
  expect(document.activeElement).toBe(document.querySelector("#content"));
});

test("a refusal clears what was stored, on every page", () => {
  keep("no");
  localStorage.setItem("usine.clicks", "{}");
  askToCount(question());
  expect(localStorage.getItem("usine.clicks")).toBeNull();
});

test.each([
  ["", ["/fr-fr/oree/visits/"]],
  ["failed", []],
])("a page is read unless it failed (class “%s”)", (name, addresses) => {
  keep(NUMBER);
  document.body.className = name;
  askToCount(question());
  expect(posted.mock.calls.map(([address]) => address)).toEqual(addresses);
});
