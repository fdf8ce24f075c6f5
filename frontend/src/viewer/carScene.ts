/** A car in a room, on a canvas: everything of the viewer that needs three. The element asks for it when somebody wants to look. */

import { type Box3, PerspectiveCamera, Scene, Vector2, Vector3 } from "three";
import { openSurface, type Surface, type SurfaceEvents } from "../scene/canvas";
import type { Car, Choices } from "../scene/car";
import { loadCar } from "../scene/carFile";
import { makeFloor } from "../scene/floor";
import { pixelSteps, Quality } from "../scene/quality";
import { Studio } from "../scene/studio";
import { Orbit } from "./orbit";
import { openedFor, poseOf, type ViewName } from "./views";

/** What the page decides and the scene shows. */
export interface Looks {
  readonly choices: Choices;
  readonly night: boolean;
  readonly lights: boolean;
  readonly doors: boolean;
  readonly view: ViewName;
}

/** What lies over each edge of the canvas, px: the car stands between them, its room goes on below. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface SceneEvents extends SurfaceEvents {
  /** What of the canvas the page covers. */
  covered(): Insets;
  /** A frame was drawn; where the horizon lies in it, 0 at the top and 1 at the foot. */
  drawn(horizon: number): void;
}

const PIXEL_CAP = 2; // more pixels than two for one of the page's nobody sees on a car that turns
const SOFTWARE_CAP = 1; // while it moves, where the processor draws
const STILL_RATIO = 1.5; // then for the picture that stays: what multisampling would do for a moving one
const REST = 250; // ms without motion before that picture is drawn
const OPENING = 0.22; // s, time constant of doors
const DIMMING = 0.18; // s, of the light of the room
const LONGEST = 0.1; // s that one frame may move things on: a tab that slept does not jump

const UNCOVERED: Insets = { top: 0, right: 0, bottom: 0, left: 0 };

/** A number that goes to its goal softly. */
class Ease {
  now = 0;
  goal = 0;

  constructor(readonly constant: number) {}

  step(seconds: number): boolean {
    if (this.now === this.goal) return false;
    this.now += (this.goal - this.now) * (1 - Math.exp(-seconds / this.constant));
    if (Math.abs(this.goal - this.now) < 0.002) this.now = this.goal;
    return true;
  }
}

/** Open a scene: null without WebGL 2; refuses with CarFileFailed when the car does not arrive. */
export async function openScene(
  canvas: HTMLCanvasElement,
  address: string,
  looks: Looks,
  events: SceneEvents,
  signal: AbortSignal,
): Promise<CarScene | null> {
  const surface = openSurface(canvas, events);
  if (surface === null) return null;
  try {
    return new CarScene(surface, await loadCar(address, signal), looks, events);
  } catch (error) {
    surface.close();
    throw error;
  }
}

export class CarScene {
  readonly #surface: Surface;
  readonly #car: Car;
  readonly #events: SceneEvents;
  readonly #scene = new Scene();
  readonly #studio = new Studio();
  readonly #camera = new PerspectiveCamera(22, 1, 0.03, 60);
  readonly #orbit: Orbit;
  readonly #night = new Ease(DIMMING);
  readonly #doors = new Map<string, Ease>();
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #quality: Quality;
  #looks: Looks;
  #size = new Vector2(1, 1);
  #insets: Insets = UNCOVERED;
  #request = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(surface: Surface, car: Car, looks: Looks, events: SceneEvents) {
    this.#surface = surface;
    this.#car = car;
    this.#events = events;
    this.#quality = new Quality(pixelSteps(devicePixelRatio, surface.isSoftware ? SOFTWARE_CAP : PIXEL_CAP));
    this.#scene.add(car.root, makeFloor(car.bounds(), hubsOf(car), this.#studio.uniforms.studioNight));
    for (const material of car.everyMaterial) this.#studio.light(material);
    drawOutsideFirst(car);
    const cabin = car.boundsOf("interior");
    if (cabin) this.#studio.cabin = cabin;
    for (const part of car.openings) this.#doors.set(part, new Ease(OPENING));
    const { pose, limits } = poseOf(looks.view, car.bounds(), car.eye, 16 / 9);
    this.#orbit = new Orbit(pose, limits);
    this.#looks = looks;
    this.resize();
    this.#apply(looks, true);
  }

  /** Show what the page decided. */
  show(looks: Looks): void {
    const before = this.#looks;
    this.#looks = looks;
    this.#apply(looks, this.#calm.matches);
    if (looks.view !== before.view || looks.doors !== before.doors) this.#travel(this.#calm.matches);
    this.draw();
  }

  /** Turn the car by a share of the canvas's width and height, as a finger drags it. */
  drag(x: number, y: number): void {
    const inside = this.#looks.view === "interior";
    this.#orbit.turn(inside ? x * 1.4 : -x * 3.2, inside ? y * 1.1 : y * 1.8);
    this.draw();
  }

  /** Go nearer with a factor below 1, further above. */
  zoom(factor: number): void {
    this.#orbit.zoom(factor);
    this.draw();
  }

  /** Return to the view that was chosen, wherever one turned. */
  recentre(): void {
    this.#travel(this.#calm.matches);
    this.draw();
  }

  /** Follow the canvas's size on the page. */
  resize(): void {
    const { clientWidth, clientHeight } = this.#surface.renderer.domElement;
    this.#insets = this.#events.covered();
    this.#setSize(Math.max(1, clientWidth), Math.max(1, clientHeight), this.#quality.pixelRatio);
    this.#travel(true);
    this.draw();
  }

  /** Draw the next frame, and go on as long as something moves. */
  draw(): void {
    clearTimeout(this.#rest);
    if (this.#request === 0) this.#request = requestAnimationFrame((time) => this.#frame(time));
  }

  /**
   * Draw one picture now, without the clock: the car turned by a share of a full turn from its view, in the given size and
   * pixels for each of it. For turntables and films; the canvas holds the picture until the next frame.
   */
  renderAt(turn: number, width: number, height: number, pixelRatio = 1): void {
    this.#cancel();
    this.#insets = UNCOVERED;
    this.#setSize(width, height, pixelRatio);
    this.#apply(this.#looks, true);
    const { pose, limits } = this.#pose();
    this.#orbit.goTo({ ...pose, azimuth: pose.azimuth + turn * 2 * Math.PI }, limits, true);
    this.#render();
  }

  close(): void {
    this.#cancel();
    this.#car.dispose();
    this.#surface.close();
  }

  #cancel(): void {
    clearTimeout(this.#rest);
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    this.#last = 0;
  }

  #frame(time: number): void {
    this.#request = 0;
    const passed = this.#last === 0 ? 0 : time - this.#last;
    this.#quality.measure(passed);
    this.#sharpen(this.#quality.pixelRatio);
    const moves = this.#step(Math.min(passed / 1000 || 1 / 60, LONGEST));
    this.#render();
    this.#last = moves ? time : 0;
    if (moves) this.draw();
    else this.#rest = setTimeout(() => this.#drawStill(), REST);
  }

  /** Nothing moves: one picture with more samples stays on the screen. */
  #drawStill(): void {
    this.#sharpen(Math.max(this.#quality.finest, STILL_RATIO));
    this.#render();
  }

  #sharpen(pixelRatio: number): void {
    if (pixelRatio !== this.#surface.renderer.getPixelRatio()) this.#setSize(this.#size.x, this.#size.y, pixelRatio);
  }

  /** Move everything on by some seconds; true while something has way to go. */
  #step(seconds: number): boolean {
    let moves = this.#orbit.step(seconds);
    if (this.#night.step(seconds)) moves = true;
    this.#studio.night = this.#night.now;
    for (const [part, door] of this.#doors) {
      if (door.step(seconds)) moves = true;
      this.#car.open(part, door.now);
    }
    return moves;
  }

  #render(): void {
    if (this.#surface.renderer.getContext().isContextLost()) return;
    const { left, top, width, height } = this.#frameOfCar();
    this.#camera.setViewOffset(width, height, -left, -top, this.#size.x, this.#size.y);
    this.#orbit.place(this.#camera);
    this.#surface.renderer.render(this.#scene, this.#camera);
    this.#events.drawn((top + this.#orbit.horizon * height) / this.#size.y);
  }

  #setSize(width: number, height: number, pixelRatio: number): void {
    this.#size.set(width, height);
    this.#surface.renderer.setPixelRatio(pixelRatio);
    this.#surface.renderer.setSize(width, height, false);
    const frame = this.#frameOfCar();
    this.#camera.aspect = frame.width / frame.height;
  }

  #apply(looks: Looks, atOnce: boolean): void {
    this.#car.choose(looks.choices);
    this.#car.light("daylight", looks.lights ? 1 : 0.04);
    this.#car.light("beam", looks.lights && looks.night ? 1 : 0);
    this.#car.light("tail_light", looks.lights ? 0.8 : 0.03);
    this.#car.light("indicator", 0);
    this.#car.light("reverse", 0);
    this.#night.goal = looks.night ? 1 : 0;
    const opens = openedFor(looks.view);
    for (const [part, door] of this.#doors) door.goal = looks.doors || opens(part) ? 1 : 0;
    if (!atOnce) return;
    for (const ease of [this.#night, ...this.#doors.values()]) ease.now = ease.goal;
    this.#step(0);
  }

  /** The part of the canvas that the car stands in: all of it from within, what the page leaves free from outside. */
  #frameOfCar(): { left: number; top: number; width: number; height: number } {
    const { top, right, bottom, left } = this.#looks.view === "interior" ? UNCOVERED : this.#insets;
    const [width, height] = [Math.max(1, this.#size.x - left - right), Math.max(1, this.#size.y - top - bottom)];
    return { left, top, width, height };
  }

  #pose(): ReturnType<typeof poseOf> {
    const { width, height } = this.#frameOfCar();
    this.#camera.aspect = width / height;
    return poseOf(this.#looks.view, this.#boundsToBe(), this.#car.eye, this.#camera.aspect);
  }

  /** The space of the car with its doors where they are going. */
  #boundsToBe(): Box3 {
    for (const [part, door] of this.#doors) this.#car.open(part, door.goal);
    const bounds = this.#car.bounds();
    for (const [part, door] of this.#doors) this.#car.open(part, door.now);
    return bounds;
  }

  #travel(atOnce: boolean): void {
    const { pose, limits } = this.#pose();
    this.#orbit.goTo(pose, limits, atOnce);
  }
}

/** What the body hides is not shaded: body and doors are drawn first, then what stands behind them. */
function drawOutsideFirst(car: Car): void {
  for (const wheel of car.wheels) wheel.traverse((node) => (node.renderOrder = 1));
  for (const name of ["interior", "steering_wheel"]) {
    car.root.traverse((node) => {
      if (node.name.startsWith(name)) node.traverse((inner) => (inner.renderOrder = 2));
    });
  }
}

/** Where the wheels stand on the ground, x and z. */
function hubsOf(car: Car): Vector2[] {
  return car.wheels.map((node) => {
    const place = node.getWorldPosition(new Vector3());
    return new Vector2(place.x, place.z);
  });
}
