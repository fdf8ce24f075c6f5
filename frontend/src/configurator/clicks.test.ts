/** Numbers are kept until the server has them, once, in bounds, and without a word of who or when. */
import { beforeEach, expect, test } from "vitest";
import { Clicks, type Send, type Shelf } from "./clicks";

class Drawer implements Shelf {
  text: string | null = null;
  getItem = () => this.text;
  setItem = (_key: string, text: string) => void (this.text = text);
  removeItem = () => void (this.text = null);
}

const DOOR = "/fr-fr/oree/configurator/clicks/";
const GLASS = { wanted: "roof.glass", in_the_way: ["roof_bars.yes"] };
let shelf: Drawer;
let sent: Parameters<Send>[1][];
let status: number;
let clicks: Clicks;

beforeEach(() => {
  shelf = new Drawer();
  sent = [];
  status = 204;
  clicks = new Clicks(shelf, async (_door, batch) => {
    sent.push(structuredClone(batch));
    if (status === 0) throw new TypeError("no network");
    return status;
  });
});

test("what is kept is numbers, and nothing is left once it is posted", async () => {
  clicks.note(DOOR, "key", ["trim.futaie"], []);
  clicks.note(DOOR, "key", ["trim.futaie", "roof.glass"], [GLASS]);
  clicks.note(DOOR, "key", [], [GLASS]);
  expect(JSON.parse(shelf.text!)).toEqual({
    [`${DOOR} key`]: {
      waiting: { choices: { "trim.futaie": 2, "roof.glass": 1 }, conflicts: [{ ...GLASS, count: 2 }] },
    },
  });
  await clicks.post();
  expect(sent).toEqual([
    { token: expect.stringMatching(/^[0-9a-f]{32}$/), offer: "key", choices: { "trim.futaie": 2, "roof.glass": 1 }, conflicts: [{ ...GLASS, count: 2 }] },
  ]);
  expect(shelf.text).toBeNull();
  await clicks.post();
  expect(sent).toHaveLength(1);
});

test.each([0, 429, 500])("answered %i, the same batch is posted again; later clicks wait for their own", async (failed) => {
  clicks.note(DOOR, "key", ["trim.futaie"], []);
  status = failed;
  await clicks.post();
  clicks.note(DOOR, "key", ["trim.sente"], []);
  await clicks.post();
  status = 204;
  await clicks.post();
  await clicks.post();
  expect(sent.map(({ choices }) => Object.keys(choices)[0])).toEqual(["trim.futaie", "trim.futaie", "trim.futaie", "trim.sente"]);
  expect(new Set(sent.slice(0, 3).map(({ token }) => token)).size).toBe(1);
  expect(sent[3]!.token).not.toBe(sent[0]!.token);
  expect(shelf.text).toBeNull();
});

test.each([400, 403, 404, 413])("refused with %i, a batch is let go", async (refused) => {
  clicks.note(DOOR, "key", ["trim.futaie"], []);
  status = refused;
  await clicks.post();
  expect(shelf.text).toBeNull();
});

test("what is kept has bounds", () => {
  for (let i = 0; i < 300; i++) clicks.note(`${DOOR}${i}`, "key", [`trim.${i}`], []);
  for (let i = 0; i < 300; i++) clicks.note(`${DOOR}0`, "key", [`trim.${i}`], [{ ...GLASS, wanted: `roof.${i}` }]);
  for (let i = 0; i < 1100; i++) clicks.note(`${DOOR}0`, "key", ["trim.1"], []);
  const kept = JSON.parse(shelf.text!);
  expect(Object.keys(kept)).toHaveLength(4);
  const { choices, conflicts } = kept[`${DOOR}0 key`].waiting;
  expect([Object.keys(choices).length, conflicts.length, choices["trim.1"]]).toEqual([200, 50, 1000]);
});

test.each(["{", "[]", "7", '{"a b": {}}', '{"a b": null}'])("what others left there is no harm: %s", async (text) => {
  shelf.text = text;
  clicks.note(DOOR, "key", ["trim.futaie"], []);
  await clicks.post();
  expect(sent).toHaveLength(1);
});

test("a barred or full shelf is no harm", async () => {
  const barred = () => {
    throw new DOMException("barred");
  };
  const none = new Clicks({ getItem: barred, setItem: barred, removeItem: barred }, async () => 204);
  none.note(DOOR, "key", ["trim.futaie"], []);
  await none.post();
});
