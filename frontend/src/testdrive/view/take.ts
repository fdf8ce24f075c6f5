/** A take of a guided drive, frame by frame: time passes only when a frame is asked for, so the same take is the same film. */

import type { Mode } from "../dynamics";
import { STEP } from "../dynamics";
import type { DriveOptions } from "../drive";
import { type Alone, openAlone } from "./alone";
import type { View } from "./cameras";
import type { TabletWords } from "./tablet";

export interface TakeOptions extends DriveOptions {
  readonly view: View;
  readonly mode: Mode;
  /** m along the route where the autopilot starts. */
  readonly from: number;
  /** s that it drives before the first frame. */
  readonly lead: number;
  /** What the buyer chose, by feature. */
  readonly values: Readonly<Record<string, string>>;
}

const KM_H = 3.6;
const QUALITY = 0.95;

export class Take {
  readonly #alone: Alone;
  readonly #canvas: HTMLCanvasElement;
  #owed = 0; // s that the drive lags behind the film

  private constructor(alone: Alone, canvas: HTMLCanvasElement) {
    this.#alone = alone;
    this.#canvas = canvas;
  }

  static async open(canvas: HTMLCanvasElement, options: TakeOptions, file: string): Promise<Take> {
    const alone = await openAlone(canvas, options, file);
    const { drive, world } = alone;
    world.body?.choose(options.values);
    drive.mode = options.mode;
    drive.seen.station = options.from;
    drive.reset();
    for (let step = 0; step < options.lead / STEP; step++) drive.guide();
    world.cameraMan.view = options.view;
    const take = new Take(alone, canvas);
    for (let settle = 0; settle < 2; settle++) world.update(0, 0, () => take.#words());
    return take;
  }

  /** The picture some seconds after the one before, as a JPEG's data address. */
  frame(seconds: number): string {
    const { drive, world, surface } = this.#alone;
    let braking = 0;
    for (this.#owed += seconds; this.#owed >= STEP; this.#owed -= STEP) braking = drive.guide().brake;
    world.update(seconds, braking, () => this.#words());
    surface.renderer.render(world.scene, world.camera);
    return this.#canvas.toDataURL("image/jpeg", QUALITY);
  }

  close(): void {
    this.#alone.world.dispose();
    this.#alone.surface.close();
  }

  /** Figures alone: the film is shown in every language. */
  #words(): TabletWords {
    const read = this.#alone.drive.read();
    return {
      speed: String(Math.round(read.speed * KM_H)),
      unit: "km/h",
      limit: String(Math.round(read.limit * KM_H)),
      rows: [],
      charge: read.charge,
      direction: "ltr",
    };
  }
}
