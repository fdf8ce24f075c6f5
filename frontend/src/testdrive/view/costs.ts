/** What the picture costs along a whole route: draw calls and triangles, at each place the dearest of all cameras. */

import { openSurface } from "../../scene/canvas";
import { loadCar } from "../../scene/carFile";
import { Drive, type DriveOptions } from "../drive";
import { VIEWS } from "./cameras";
import { World } from "./world";

export interface Cost {
  readonly station: number;
  readonly view: string;
  readonly calls: number;
  readonly triangles: number;
}

const WORDS = { speed: "0", unit: "", limit: "0", rows: [], charge: 1, direction: "ltr" } as const;

/** Draw a route every few metres from every camera; `file` is the address of the car's file, or empty. */
export async function costsAlong(canvas: HTMLCanvasElement, options: DriveOptions, every: number, file: string): Promise<Cost[]> {
  const nothing = (): void => undefined;
  const surface = openSurface(canvas, { lost: nothing, restored: nothing, replaced: nothing });
  if (!surface) throw new Error("This browser gives no WebGL 2.");
  const { renderer } = surface;
  renderer.setSize(canvas.width, canvas.height, false);
  const drive = new Drive(options);
  const world = new World(drive, renderer);
  world.camera.aspect = canvas.width / canvas.height;
  world.camera.updateProjectionMatrix();
  world.showCar(file ? await loadCar(file) : null, "#d3cc1f");
  const costs: Cost[] = [];
  for (let station = 0; station < drive.route.axis.length; station += every) {
    drive.seen.station = station;
    drive.reset();
    for (let step = 0; step < 24; step++) drive.guide();
    for (const view of VIEWS) {
      world.cameraMan.view = view;
      world.update(0, 0, () => WORDS);
      world.update(0, 0, () => WORDS); // the camera has turned: choose again what it sees
      renderer.render(world.scene, world.camera);
      const { calls, triangles } = renderer.info.render;
      costs.push({ station, view, calls, triangles });
    }
  }
  world.dispose();
  surface.close();
  return costs;
}
