/** The roads to choose from are drawn in the page itself: as files of its templates, which have to be those of the roads. */

import { resolve } from "node:path";
import { expect, it } from "vitest";
import { Route, ROUTES } from "../routes/route";
import { outlineOf } from "./map";

const FOLDER = resolve(import.meta.dirname, "../../../../usine/testdrive/templates/testdrive/outlines");
const EVERY = 40; // m: a drawing of some centimetres

it.each(ROUTES)("%s is drawn in the page as it is driven on the right", async (name) => {
  const { viewBox, size, line, sights, lights } = outlineOf(new Route(name, "right"), EVERY);
  const dots = (places: typeof sights, share: number, kind: string) =>
    places.map(([x, y]) => `<circle cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" r="${(share * size).toFixed(0)}" class="map__${kind}"/>`);
  const road = `<path d="${line.replace(/\.\d/g, "")}" class="map__road"/>`;
  const parts = [road, ...dots(sights, 0.014, "sight"), ...dots(lights, 0.012, "light")].join("");
  const drawing = `<svg viewBox="${viewBox}" aria-hidden="true">${parts}</svg>\n`;
  await expect(drawing).toMatchFileSnapshot(`${FOLDER}/${name}.svg`);
});
