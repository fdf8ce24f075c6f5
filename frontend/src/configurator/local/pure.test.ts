/** The pure parts: amounts to the letter of Python's, templates as Django writes them, addresses sign for sign. */
import { describe, expect, test } from "vitest";
import sites from "../../../../tests/markets/notations.json";
import { decode, encode, quoteAll, withQuery } from "./addresses";
import { write } from "./amounts";
import type { Notation } from "./kit";
import { Sentences } from "./sentences";
import { type Node, Skeleton } from "./skeleton";

describe.each(sites)("amounts in $path", ({ money, number, written }) => {
  test.each(written)("$minor, signed: $signed", (amount) => {
    expect(write(amount.minor, money as unknown as Notation, amount.signed)).toBe(amount.money);
    expect(write(amount.minor, number as unknown as Notation, amount.signed)).toBe(amount.number);
  });
});

describe("templates", () => {
  const of = (path: string, ...by: [string, unknown?][]) => ({ of: path, by });
  const written = (nodes: Node[], scope: Record<string, unknown>) =>
    new Skeleton({ it: nodes, other: ["<", ["show", of("name")], ">"] }, "T").write("it", scope);

  test("what is shown is escaped, what is missing shows nothing", () => {
    expect(written([["show", of("a.b")], ["show", of("a.c.d")]], { a: { b: `<"&'>` } })).toBe("&lt;&quot;&amp;&#x27;&gt;");
  });

  test("the first branch that holds is written; an empty list does not hold", () => {
    const branches: Node[] = [
      ["if", [[["is", of("list")], ["list"]], [["==", ["is", of("n")], ["is", { is: 2, by: [] }]], ["two"]], [null, ["else"]]]],
    ];
    expect(written(branches, { list: [1], n: 2 })).toBe("list");
    expect(written(branches, { list: [], n: 2 })).toBe("two");
    expect(written(branches, { list: [], n: 3 })).toBe("else");
    const both: Node[] = [["if", [[["and", ["is", of("a")], ["not", ["is", of("b")]]], ["yes"]]]]];
    expect(written(both, { a: 1, b: 0 })).toBe("yes");
    expect(written(both, { a: 1, b: 1 })).toBe("");
  });

  test("loops, templates and gaps name what they use", () => {
    expect(written([["for", ["k", "v"], of("pairs"), [["show", of("k")], "=", ["show", of("v")], ";"]]], { pairs: [["a", 1], ["b", 2]] })).toBe("a=1;b=2;");
    expect(written([["for", ["x"], of("none"), ["never"]]], {})).toBe("");
    expect(written([["use", "other", { name: of("x") }], ["token"]], { x: "y" })).toBe("<y>T");
    expect(written([["with", { n: of("list", ["length"], ["add", 1]) }, ["n is ", ["show", of("n")]]]], { list: "abc" })).toBe("n is 4");
  });

  test("what the kit does not have is an error, so that the server answers", () => {
    expect(() => written([["use", "missing", {}]], {})).toThrow("no template missing");
    expect(() => written([["show", of("a", ["upper"])]], {})).toThrow("upper");
  });
});

test("sentences fill their gaps and take the form of their count", () => {
  const sentences = new Sentences({ "Hello %(name)s": "Bonjour %(name)s" }, { "%(count)s day": [["%(count)s jour", "%(count)s jours"], [0, 0, 1]] });
  expect(sentences.say("Hello %(name)s", { name: "Ada" })).toBe("Bonjour Ada");
  expect([0, 1, 2].map((n) => sentences.sayCount("%(count)s day", n, {}))).toEqual(["0 jour", "1 jour", "2 jours"]);
  expect(() => sentences.say("Goodbye")).toThrow("Goodbye");
  expect(() => sentences.sayCount("%(count)s day", 3, {})).toThrow("day");
});

test("addresses are Python's", () => {
  const choices = new Map([["trim", "futaie"], ["roof", "glass"]]);
  expect(encode(choices)).toBe("trim.futaie~roof.glass");
  expect(decode("trim.futaie~~x~roof.glass~.")).toEqual(new Map([...choices, ["", ""]]));
  expect(withQuery("/p/", choices)).toBe("/p/?trim=futaie&roof=glass");
  expect(withQuery("/p/", new Map())).toBe("/p/");
  expect(quoteAll([["from", "a.b~c.d"], ["é*", "(x y)'!"]])).toBe("from=a.b~c.d&%C3%A9%2A=%28x+y%29%27%21");
});
