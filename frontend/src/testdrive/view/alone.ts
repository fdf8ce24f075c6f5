/** A drive's picture on a canvas without its page and without a clock, for measurements and films. */

import { openSurface, type Surface } from "../../scene/canvas";
import { loadCar } from "../../scene/carFile";
import { Drive, type DriveOptions } from "../drive";
import { World } from "./world";

export const SILENT_TABLET = { speed: "0", unit: "", limit: "0", rows: [], charge: 1, direction: "ltr" } as const;

export interface Alone {
  readonly surface: Surface;
  readonly drive: Drive;
  readonly world: World;
}

/** `file` is the address of the car's file; empty: the stand-in by code. Raises Error where the browser has no WebGL 2. */
export async function openAlone(canvas: HTMLCanvasElement, options: DriveOptions, file: string): Promise<Alone> {
  const nothing = (): void => undefined;
  const surface = openSurface(canvas, { lost: nothing, restored: nothing, replaced: nothing });
  if (!surface) throw new Error("This browser gives no WebGL 2.");
  surface.renderer.setSize(canvas.width, canvas.height, false);
  const drive = new Drive(options);
  const world = new World(drive, surface.renderer);
  world.camera.aspect = canvas.width / canvas.height;
  world.camera.updateProjectionMatrix();
  world.showCar(file ? await loadCar(file) : null, "#d3cc1f");
  return { surface, drive, world };
}
