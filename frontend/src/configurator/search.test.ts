import { expect, test } from "vitest";

import { simplify } from "./search";

test.each([
  ["ISITMALI", "Isıtmalı ön koltuklar"], // a Turkish I loses its dot or keeps it
  ["ısıtmalı", "Isıtmalı ön koltuklar"],
  ["iç", "İç mekân"],
  ["swiatlo", "Pakiet Światło"],
  ["climatizacion", "Climatización"],
  ["２２", "22 kW車載充電器"],
  ["경보", "경보장치"],
  ["ガラス", "ガラスルーフ"],
])("%s finds %s", (typed, name) => {
  expect(simplify(name)).toContain(simplify(typed));
});
