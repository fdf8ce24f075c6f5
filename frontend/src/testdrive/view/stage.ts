/** The picture of a drive on a canvas: opened where there is WebGL, drawn a frame at a time, finer or coarser by time. */

import { type Surface, openSurface } from "../../scene/canvas";
import { loadCar } from "../../scene/carFile";
import { pixelSteps, Quality } from "../../scene/quality";
import type { Drive } from "../drive";
import type { View } from "./cameras";
import type { TabletWords } from "./tablet";
import { World } from "./world";

export interface StageEvents {
  /** The graphics card took its memory away; the drive may go on without a picture. */
  lost(): void;
  restored(): void;
  /** The car's file did not come: another car is shown in its place. */
  carFailed(): void;
}

export interface CarToShow {
  readonly file: string;
  readonly colour: string;
  readonly values: Readonly<Record<string, string>>;
}

const PIXEL_CAP = 1.5;

export class Stage {
  readonly #surface: Surface;
  readonly #canvas: HTMLCanvasElement;
  readonly #quality = new Quality(pixelSteps(window.devicePixelRatio, PIXEL_CAP));
  readonly #world: World;
  readonly #end = new AbortController();
  #size = "";
  #isLost = false;

  private constructor(surface: Surface, canvas: HTMLCanvasElement, drive: Drive) {
    this.#surface = surface;
    this.#canvas = canvas;
    this.#world = new World(drive, surface.renderer);
  }

  /** Open the picture; null where the browser cannot draw one. */
  static open(canvas: HTMLCanvasElement, drive: Drive, car: CarToShow, events: StageEvents): Stage | null {
    let stage: Stage | null = null;
    const lost = (): void => {
      if (stage) stage.#isLost = true;
      events.lost();
    };
    const restored = (): void => {
      if (stage) stage.#isLost = false;
      events.restored();
    };
    const surface = openSurface(canvas, { lost, restored, replaced: lost });
    if (!surface) return null;
    stage = new Stage(surface, canvas, drive);
    stage.#world.showCar(null, car.colour);
    void stage.#bring(car, events);
    return stage;
  }

  async #bring({ file, colour, values }: CarToShow, events: StageEvents): Promise<void> {
    if (!file) return;
    const { signal } = this.#end;
    try {
      const car = await loadCar(file, signal);
      if (signal.aborted) {
        car.dispose();
        return;
      }
      car.choose(values);
      this.#world.showCar(car, colour);
    } catch {
      if (!signal.aborted) events.carFailed(); // whatever was wrong with it, the one by code is there
    }
  }

  get view(): View {
    return this.#world.cameraMan.view;
  }

  nextView(): View {
    return this.#world.cameraMan.next();
  }

  /** -1 to 1: to the left; 2: back. */
  look(where: number): void {
    this.#world.cameraMan.look = where;
  }

  /** Draw the drive as it is; `seconds` were driven since the last frame, which took so many milliseconds. */
  draw(seconds: number, frameTime: number, braking: number, words: () => TabletWords): void {
    if (this.#isLost) return;
    if (this.#quality.measure(frameTime)) this.#size = "";
    this.#fit();
    this.#world.update(seconds, braking, words);
    this.#surface.renderer.render(this.#world.scene, this.#world.camera);
  }

  /** What the last frame cost. */
  get cost(): { calls: number; triangles: number } {
    const { calls, triangles } = this.#surface.renderer.info.render;
    return { calls, triangles };
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const size = `${clientWidth}x${clientHeight}@${this.#quality.pixelRatio}`;
    if (size === this.#size || clientWidth === 0 || clientHeight === 0) return;
    this.#size = size;
    this.#surface.renderer.setPixelRatio(this.#quality.pixelRatio);
    this.#surface.renderer.setSize(clientWidth, clientHeight, false);
    this.#world.camera.aspect = clientWidth / clientHeight;
    this.#world.camera.updateProjectionMatrix();
  }

  close(): void {
    this.#end.abort();
    this.#world.dispose();
    this.#surface.close();
  }
}
