/**
 * <car-viewer>: a picture of a car that becomes the car in 3D when somebody asks. What it shows follows `data-look`
 * (`feature.value~feature.value`), so a page that writes another look there changes the car.
 *
 * The picture inside stays in place under every trouble: no WebGL, a file that fails, a context that is lost.
 */

import type { CarScene, Insets, Looks, SceneEvents } from "./carScene";
import { listen } from "./gestures";
import { copyParts, describe, type Parts, type Toggle, type Trouble } from "./parts";
import { showTurntable } from "./turntable";
import type { ViewName } from "./views";

type Phase = "picture" | "loading" | "shown" | "troubled";
const VIEW_KEYS: readonly ViewName[] = ["front", "side", "rear", "boot", "interior"];
const TOGGLE_KEYS: Readonly<Record<string, Toggle>> = { d: "doors", l: "lights", n: "night" };

export class CarViewer extends HTMLElement {
  static readonly observedAttributes = ["data-look"];
  #parts: Parts | undefined;
  #scene: CarScene | undefined;
  #opening: AbortController | undefined;
  #looks: Looks = { choices: {}, view: "front", doors: false, lights: true, night: false };
  #painted: Record<string, string> = {};
  readonly #resizing = new ResizeObserver(() => this.#scene?.resize());

  connectedCallback(): void {
    if (this.#parts || !(this.#parts = copyParts())) return;
    this.append(...this.#parts.all);
    this.#phase = "picture";
    this.addEventListener("click", (event) => this.#press(event));
    this.addEventListener("change", (event) => this.#paint(event));
    listen(this.#parts.room, {
      drag: (x, y) => this.#scene?.drag(x, y),
      zoom: (factor) => this.#scene?.zoom(factor),
      key: (key) => this.#key(key),
    });
  }

  /** A page that is put in place of another moves this element: only one that stays away is closed. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  attributeChangedCallback(): void {
    this.#show({});
  }

  /** The scene, once it is shown: for whoever takes pictures of it (`scene.renderAt`). */
  get scene(): CarScene | undefined {
    return this.#scene;
  }

  /** Begin to show the car in 3D; resolves when it is shown or cannot be. */
  async open(): Promise<void> {
    const parts = this.#parts;
    if (!parts || this.#opening) return;
    const opening = (this.#opening = new AbortController());
    this.#phase = "loading";
    this.#tell(parts.told.dataset["loading"] ?? "");
    try {
      await this.#openScene(parts, opening);
    } catch {
      if (!opening.signal.aborted) this.#fail("missing");
    }
  }

  async #openScene(parts: Parts, opening: AbortController): Promise<void> {
    const { openScene } = await import("./carScene");
    const canvas = document.createElement("canvas");
    parts.room.replaceChildren(canvas);
    parts.room.hidden = false; // laid out, still transparent: the scene needs its size
    this.#looks = { ...this.#looks, choices: this.#choices(), night: this.#isDark() };
    const events: SceneEvents = {
      covered: () => insetsOf(parts.room),
      lost: () => this.#fail("lost"),
      restored: () => this.#restore(),
      replaced: () => this.#leave(),
      drawn: (horizon) => this.#drawn(horizon),
    };
    const scene = await openScene(canvas, parts.car, this.#looks, events, opening.signal);
    if (opening.signal.aborted) return scene?.close();
    if (scene === null) return this.#fail("none");
    this.#scene = scene;
    this.#resizing.observe(parts.room);
    this.#show({});
    parts.room.focus({ preventScroll: true });
  }

  /** Back to the picture. */
  #close(): void {
    this.#scene?.close();
    this.#leave();
  }

  #leave(): void {
    const hadFocus = this.contains(document.activeElement);
    this.#opening?.abort();
    this.#opening = this.#scene = undefined;
    this.#resizing.disconnect();
    this.#parts?.room.replaceChildren();
    this.#tell("");
    this.#phase = "picture";
    this.#dress(undefined);
    if (hadFocus) this.#parts?.open.focus({ preventScroll: true });
  }

  #fail(trouble: Trouble): void {
    const parts = this.#parts;
    if (!parts) return;
    if (trouble !== "lost") {
      this.#scene?.close();
      this.#opening = this.#scene = undefined;
      parts.room.replaceChildren();
    }
    this.#phase = "troubled";
    parts.open.hidden = trouble === "none";
    this.#dress(undefined);
    this.#tell(parts.told.dataset[trouble] ?? "");
    if (trouble === "none") showTurntable(parts.room, parts.turn, parts.turns);
  }

  #restore(): void {
    this.#phase = "loading";
    this.#tell("");
    this.#scene?.draw();
  }

  #drawn(horizon: number): void {
    if (!this.#scene || !this.#parts) return;
    if (this.#phase !== "shown") {
      this.#phase = "shown";
      this.#announce();
    }
    this.#dress(horizon);
  }

  set #phase(phase: Phase) {
    this.dataset["phase"] = phase;
    const parts = this.#parts;
    if (!parts) return;
    parts.open.hidden = phase === "loading" || phase === "shown";
    parts.room.hidden = phase === "picture" || phase === "troubled";
    parts.bar.hidden = phase !== "shown";
    parts.turn.hidden = true;
    if (parts.paints) parts.paints.hidden = phase !== "shown";
  }

  get #phase(): Phase {
    return (this.dataset["phase"] ?? "picture") as Phase;
  }

  /** The page's scene lends sky and ground: its horizon follows the camera, its theme the light of the room. */
  #dress(horizon: number | undefined): void {
    const scene = this.closest<HTMLElement>(".scene");
    const room = this.#parts?.room;
    if (!scene || !room) return;
    if (horizon === undefined) {
      scene.style.removeProperty("--horizon");
      delete scene.dataset["theme"];
      return;
    }
    const top = room.getBoundingClientRect().top - scene.getBoundingClientRect().top;
    const line = top + room.clientHeight * Math.min(1.2, Math.max(-0.2, horizon));
    scene.style.setProperty("--horizon", `${Math.round(Math.min(scene.clientHeight, Math.max(0, line)))}px`);
    scene.dataset["theme"] = this.#looks.night ? "dark" : "light";
  }

  #isDark(): boolean {
    return matchMedia("(prefers-color-scheme: dark)").matches;
  }

  /** What the page chose, and over it what was chosen here. */
  #choices(): Record<string, string> {
    const pairs = (this.dataset["look"] ?? "").split("~").map((choice) => choice.split(".") as [string, string]);
    return { ...Object.fromEntries(pairs), ...this.#painted };
  }

  #show(change: Partial<Looks>): void {
    this.#looks = { ...this.#looks, ...change, choices: this.#choices() };
    this.#mark();
    this.#scene?.show(this.#looks);
  }

  #mark(): void {
    for (const button of this.querySelectorAll<HTMLElement>(".viewer__bar [data-view]")) {
      button.ariaPressed = String(button.dataset["view"] === this.#looks.view);
    }
    for (const button of this.querySelectorAll<HTMLElement>(".viewer__bar [data-toggle]")) {
      button.ariaPressed = String(this.#looks[button.dataset["toggle"] as Toggle]);
    }
  }

  #press(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
    if (!button) return;
    const { view, toggle, zoom } = button.dataset;
    if (button.hasAttribute("data-open")) {
      this.#opening?.abort();
      if (this.#scene) this.#close();
      this.#opening = undefined;
      void this.open();
    } else if (button.hasAttribute("data-close")) this.#close();
    else if (view) this.#look(view as ViewName);
    else if (toggle) this.#switch(toggle as Toggle);
    else if (zoom) this.#scene?.zoom(Number(zoom));
  }

  #key(key: string): boolean {
    if (!this.#scene) return false;
    const view = VIEW_KEYS[Number(key) - 1];
    const toggle = TOGGLE_KEYS[key.toLowerCase()];
    if (view) this.#look(view);
    else if (toggle) this.#switch(toggle);
    else if (key === "Escape") this.#close();
    else return false;
    return true;
  }

  #look(view: ViewName): void {
    const again = view === this.#looks.view;
    this.#show({ view, doors: view === this.#looks.view && this.#looks.doors });
    if (again) this.#scene?.recentre();
    this.#announce();
  }

  #switch(toggle: Toggle): void {
    this.#show({ [toggle]: !this.#looks[toggle] });
    this.#announce();
  }

  #paint(event: Event): void {
    const input = event.target as HTMLInputElement;
    const { feature } = input.dataset;
    if (!feature) return;
    this.#painted = { ...this.#painted, [feature]: input.value };
    this.#show({});
  }

  /** The room is named by what it shows, and a screen reader hears it. */
  #announce(): void {
    const parts = this.#parts;
    if (!parts || this.#phase !== "shown") return;
    const said = describe(parts, this.#looks.view);
    this.#tell(said, true);
  }

  #tell(sentence: string, isOnlyHeard = false): void {
    const told = this.#parts?.told;
    if (!told) return;
    told.classList.toggle("sr", isOnlyHeard);
    told.textContent = sentence;
  }
}

/** The padding of the room keeps the car clear of what the page writes over it. */
function insetsOf(room: HTMLElement): Insets {
  const style = getComputedStyle(room);
  const [top, right, bottom, left] = [style.paddingTop, style.paddingRight, style.paddingBottom, style.paddingLeft].map(parseFloat);
  return { top: top || 0, right: right || 0, bottom: bottom || 0, left: left || 0 };
}
