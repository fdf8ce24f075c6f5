import { beforeEach, expect, test, vi } from "vitest";

const CLICKS = "usine.clicks";
const ALLOWED = `usine_consent=1.2026-11-26.${"0f".repeat(16)}`;
const REFUSED = "usine_consent=1.2026-11-26.no";

beforeEach(() => {
  localStorage.clear();
  vi.resetModules();
  document.documentElement.dataset["counted"] = "";
  document.cookie = ALLOWED;
});

test("what was stored by leave goes once another window took the leave back", async () => {
  const { count } = await import("./counting");
  count("/clicks/", "offer", ["roof.glass"], []);
  expect(localStorage.getItem(CLICKS)).toContain("roof.glass");

  document.cookie = REFUSED; // this page still says that it is counted
  count("/clicks/", "offer", ["roof.body"], []);
  expect(localStorage.getItem(CLICKS)).toBeNull();
});

test("what an earlier page stored goes where the visitor is not counted", async () => {
  localStorage.setItem(CLICKS, "{}");
  delete document.documentElement.dataset["counted"];
  await import("./counting");
  expect(localStorage.getItem(CLICKS)).toBeNull();
});
