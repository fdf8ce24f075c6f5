/** What the picture costs along a whole route: draw calls and triangles, at each place the dearest of all cameras. */

import type { DriveOptions } from "../drive";
import { openAlone, SILENT_TABLET } from "./alone";
import { VIEWS } from "./cameras";

export interface Cost {
  readonly station: number;
  readonly view: string;
  readonly calls: number;
  readonly triangles: number;
}

/** Draw a route every few metres from every camera; `file` is the address of the car's file, or empty. */
export async function costsAlong(canvas: HTMLCanvasElement, options: DriveOptions, every: number, file: string): Promise<Cost[]> {
  const { surface, drive, world } = await openAlone(canvas, options, file);
  const { renderer } = surface;
  const costs: Cost[] = [];
  for (let station = 0; station < drive.route.axis.length; station += every) {
    drive.seen.station = station;
    drive.reset();
    for (let step = 0; step < 24; step++) drive.guide();
    for (const view of VIEWS) {
      world.cameraMan.view = view;
      world.update(0, 0, () => SILENT_TABLET);
      world.update(0, 0, () => SILENT_TABLET); // the camera has turned: choose again what it sees
      renderer.render(world.scene, world.camera);
      const { calls, triangles } = renderer.info.render;
      costs.push({ station, view, calls, triangles });
    }
  }
  world.dispose();
  surface.close();
  return costs;
}
