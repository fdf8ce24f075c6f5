import { beforeEach, expect, test, vi } from "vitest";
import { digest, readKey, type State, Telling } from "./main";

beforeEach(() => {
  const said = ["unscripted", "unsupported", "denied", "off", "on", "tried"].map((state) => `<span data-state="${state}" hidden>${state}</span>`);
  document.body.innerHTML = `<div data-telling data-server-key="AQID" data-known="" data-worker="/desk/reputation/worker.js">
    <p>${said.join("")}<span data-state="failed" hidden><i data-said>general</i></span></p>
    <button data-turn="on" hidden></button><button data-turn="try" hidden></button><button data-turn="off" hidden></button></div>`;
});

const root = () => document.querySelector<HTMLElement>("[data-telling]")!;
const shown = () => [...document.querySelectorAll<HTMLElement>("[data-state], [data-turn]")].filter((one) => !one.hidden).map((one) => one.dataset.state ?? one.dataset.turn);

test("a key is read from base64url", () => {
  expect([...readKey("-_8A")]).toEqual([251, 255, 0]);
});

test("a browser is known by the SHA-256 of its address", async () => {
  expect(await digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test.each<[State, string[]]>([
  ["unsupported", ["unsupported"]],
  ["denied", ["denied"]],
  ["off", ["off", "on"]],
  ["on", ["on", "try", "off"]],
  ["tried", ["tried", "try", "off"]],
  ["failed", ["failed", "on"]],
])("%s shows its sentence and what one may do", (state, expected) => {
  new Telling(root()).show(state);
  expect(shown()).toEqual(expected);
});

test("what the server says takes the place of the general sentence", () => {
  new Telling(root()).show("failed", "No such service.");
  expect(document.querySelector("[data-said]")!.textContent).toBe("No such service.");
});

test("a browser without a push manager says so", async () => {
  await new Telling(root()).start();
  expect(shown()).toEqual(["unsupported"]);
});

/** A browser that can: `subscription` is what it has, `permission` what its owner said. */
function equip(permission: string, subscription: unknown): void {
  const registration = { active: { scriptURL: new URL("/desk/reputation/worker.js", location.href).href }, pushManager: { getSubscription: async () => subscription } };
  vi.stubGlobal("navigator", { serviceWorker: { getRegistrations: async () => [registration] } });
  vi.stubGlobal("Notification", { permission });
  vi.stubGlobal("PushManager", class {});
}

test("refused once, subscribed or not, and subscribed for somebody else are told apart", async () => {
  const cases: [string, unknown, string[]][] = [
    ["denied", null, ["denied"]],
    ["default", null, ["off", "on"]],
    ["granted", { endpoint: "abc" }, ["on", "try", "off"]],
    ["granted", { endpoint: "of somebody else" }, ["off", "on"]],
  ];
  root().dataset.known = `${"0".repeat(64)} ${await digest("abc")}`;
  for (const [permission, subscription, expected] of cases) {
    equip(permission, subscription);
    await new Telling(root()).start();
    expect(shown()).toEqual(expected);
  }
  vi.unstubAllGlobals();
});
