/** The route as a drawing: the road, its sights, where one is. SVG, so that it is there where no picture can be drawn. */

import { newAxisPoint } from "../routes/alignment";
import type { Drive } from "../drive";
import type { Route } from "../routes/route";

const NAMESPACE = "http://www.w3.org/2000/svg";
const EVERY = 12; // m between points of the line
const MARGIN = 0.06;

/** A route seen from above: the view box, the size of the drawing and the points of its sights and lights, all in m. */
export interface Outline {
  readonly viewBox: string;
  readonly size: number;
  readonly line: string;
  readonly sights: readonly (readonly [number, number])[];
  readonly lights: readonly (readonly [number, number])[];
}

/** Draw the line of a route with its sights and lights; answers the size of the drawing, m. */
export function drawRoute(svg: SVGSVGElement, route: Route): number {
  const { viewBox, size, line, sights, lights } = outlineOf(route, EVERY);
  svg.setAttribute("viewBox", viewBox);
  svg.replaceChildren();
  add(svg, "path", { d: line, class: "map__road" });
  for (const sight of sights) addDot(svg, sight, size * 0.014, "map__sight");
  for (const light of lights) addDot(svg, light, size * 0.012, "map__light");
  return size;
}

/** The outline of a route by points `every` so many m. */
export function outlineOf(route: Route, every: number): Outline {
  const points: (readonly [number, number])[] = [];
  for (let station = 0; station < route.axis.length; station += every) points.push(placeOf(route, station));
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const size = Math.max(width, height);
  const pad = MARGIN * size;
  const box = [left - pad, top - pad, width + 2 * pad, height + 2 * pad];
  return {
    viewBox: box.map((edge) => edge.toFixed(0)).join(" "),
    size,
    line: `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`,
    sights: route.file.sights.map(({ at_m }) => placeOf(route, at_m)),
    lights: route.file.lights.map(({ at_m }) => placeOf(route, at_m)),
  };
}

export class RouteMap {
  readonly #car: SVGElement;
  readonly #others: SVGElement[];
  readonly #drive: Drive;

  constructor(svg: SVGSVGElement, drive: Drive) {
    this.#drive = drive;
    const size = drawRoute(svg, drive.route);
    this.#others = drive.traffic.others.map(() => addDot(svg, [0, 0], size * 0.011, "map__other"));
    this.#car = addDot(svg, [0, 0], size * 0.032, "map__car");
    this.update();
  }

  update(): void {
    const place = (dot: SVGElement, station: number): void => {
      const [x, y] = placeOf(this.#drive.route, station);
      dot.setAttribute("cx", x.toFixed(1));
      dot.setAttribute("cy", y.toFixed(1));
    };
    this.#drive.traffic.others.forEach((other, i) => place(this.#others[i]!, other.station));
    place(this.#car, this.#drive.seen.station);
  }
}

function placeOf(route: Route, station: number): readonly [number, number] {
  const { x, y } = route.axis.at(station, here);
  return [x, -y];
}
const here = newAxisPoint();

function addDot(svg: SVGSVGElement, [x, y]: readonly [number, number], radius: number, name: string): SVGElement {
  return add(svg, "circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: radius.toFixed(1), class: name });
}

function add(svg: SVGSVGElement, tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  svg.append(element);
  return element;
}
