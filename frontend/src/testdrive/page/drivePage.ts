/** A drive on its page: from the choice to the result. Pictures, sound and hands come and go; the drive does not mind. */

import type { Command } from "../controls/keyboard";
import { Drive, type DriveOptions, type ReadOuts } from "../drive";
import { FiguresInvalid, type Mode, vehicleNames } from "../dynamics";
import type { RouteName, Weather } from "../routes/route";
import type { Stage } from "../view/stage";
import { MODES } from "./compare";
import { compareModes, Log } from "./guide";
import { element, Hud, write } from "./hud";
import { Input } from "./input";
import { Amounts, type Kit, say } from "./kit";
import { RouteMap } from "./map";
import { Result } from "./result";
import { Session } from "./session";
import { tellMoment, tellReadOuts } from "./telling";
import { Voice } from "./voice";

export interface Chosen {
  readonly route: RouteName;
  readonly weather: Weather;
  readonly mode: Mode;
  readonly isGuided: boolean;
}

/** What `?clock=manual` lets tests do instead of waiting. */
export interface ManualClock {
  advance(seconds: number): ReadOuts;
  cost(): { calls: number; triangles: number } | null;
}

const SEED = 7;
const FAST = 4;
const ASK_STEP = 5; // s of the step button

let running: DrivePage | null = null;

/** Begin a drive on the page; whatever drove before ends. */
export async function startDrive(kit: Kit, chosen: Chosen): Promise<void> {
  running?.close();
  const page = new DrivePage(kit, chosen);
  running = page;
  try {
    await page.open();
  } catch (error) {
    page.leave(); // whoever asked says so where the choice stands
    throw error;
  }
}

class DrivePage {
  readonly #kit: Kit;
  readonly #amounts: Amounts;
  readonly #chosen: Chosen;
  readonly #session: Session;
  readonly #hud: Hud;
  readonly #map: RouteMap;
  readonly #log: Log;
  readonly #input: Input;
  readonly #voice: Voice;
  readonly #result: Result;
  readonly #canvas = freshCanvas();
  readonly #end = new AbortController();
  readonly #query = new URLSearchParams(location.search);
  readonly #hasOwnFigures: boolean;
  #stage: Stage | null = null;
  #read: ReadOuts;
  #last = 0;
  #isPausedByLoss = false;

  constructor(kit: Kit, chosen: Chosen) {
    this.#kit = kit;
    this.#amounts = new Amounts(kit);
    this.#chosen = chosen;
    const { drive, hasOwnFigures } = makeDrive(this.#options());
    this.#hasOwnFigures = hasOwnFigures;
    drive.mode = chosen.mode;
    const stretch = Number(this.#query.get("stretch")) || drive.route.axis.length;
    const hasGears = drive.simulation.vehicle.powertrain.kind === "combustion";
    this.#session = new Session(drive, chosen.isGuided, stretch, {
      moment: (moment) => this.#log.add(moment.time, tellMoment(kit, this.#amounts, moment)),
      report: (read) => {
        if (chosen.isGuided) this.#log.add(read.telemetry.time, tellReadOuts(kit, this.#amounts, read, hasGears));
      },
      paused: (isPaused) => this.#showPause(isPaused),
      finished: (read) => this.#finish(read),
    });
    this.#session.hands.mode = chosen.mode;
    this.#hud = new Hud(kit, this.#amounts, this.#session);
    this.#map = new RouteMap(element("map") as unknown as SVGSVGElement, drive);
    this.#log = new Log(this.#amounts);
    this.#voice = new Voice(drive.simulation.vehicle);
    this.#result = new Result(kit, this.#amounts);
    this.#input = new Input(this.#canvas, (meaning) => this.#heeds(meaning), (command) => this.#do(command));
    this.#session.wishes = () => this.#input.wishes();
    this.#read = drive.read();
  }

  #options(): DriveOptions {
    const { route, weather } = this.#chosen;
    const { car, side, isMiles } = this.#kit;
    const seed = Number(this.#query.get("seed")) || SEED;
    return { route, weather, side, isMiles, vehicle: car.figures, inches: car.inches, seed };
  }

  async open(): Promise<void> {
    element("drive").hidden = false;
    element("intro").hidden = true;
    element("guide").hidden = !this.#chosen.isGuided;
    element("sheet").hidden = true;
    for (const id of ["bar", "playing"]) element(id).hidden = false;
    this.#notice(this.#hasOwnFigures ? "" : "no_figures");
    this.#listen();
    await this.#openStage();
    if (this.#end.signal.aborted) return;
    this.#log.add(0, say(this.#kit, "log_start"));
    this.#draw(0, 0);
    if (this.#chosen.isGuided) void compareModes(this.#kit, this.#amounts, this.#session.drive.options, this.#session.stretch, this.#end.signal);
    else this.#canvas.focus({ preventScroll: true });
    this.#session.pause(false);
    element("drive").scrollIntoView({ block: "start" });
    if (this.#query.get("clock") === "manual") this.#offerClock();
    else this.#waitForFrame();
  }

  /** The picture, where the browser can draw one; else map, log and figures stand for it. */
  async #openStage(): Promise<void> {
    const { file, colour, values } = this.#kit.car;
    const events = {
      lost: () => {
        this.#isPausedByLoss = !this.#session.isPaused;
        this.#session.pause(true);
        this.#notice("picture_lost");
      },
      restored: () => {
        this.#notice("");
        if (this.#isPausedByLoss) this.#session.pause(false);
      },
      carFailed: () => this.#notice("car_failed"),
    };
    try {
      const { Stage } = await import("../view/stage");
      if (this.#end.signal.aborted) return;
      this.#stage = Stage.open(this.#canvas, this.#session.drive, { file, colour, values }, events);
    } catch {
      this.#stage = null; // its code did not arrive, or the card refuses what it needs
    }
    element("stage").classList.toggle("is-blind", this.#stage === null);
    if (this.#stage === null) {
      this.#notice("no_picture");
      element("guide").hidden = false;
    }
  }

  #waitForFrame(): void {
    requestAnimationFrame((now) => {
      if (this.#end.signal.aborted) return;
      const passed = this.#last ? now - this.#last : 0;
      this.#last = now;
      this.#input.readPads();
      this.#draw(this.#session.frame(passed / 1000), passed);
      this.#waitForFrame();
    });
  }

  #offerClock(): void {
    const clock: ManualClock = {
      advance: (seconds) => {
        this.#session.advance(seconds);
        this.#draw(seconds, 0);
        return this.#read;
      },
      cost: () => this.#stage?.cost ?? null,
    };
    Object.assign(window, { manualClock: clock });
  }

  #draw(seconds: number, frameTime: number): void {
    this.#read = this.#session.drive.read();
    this.#hud.show(this.#read);
    this.#map.update();
    this.#voice.follow(this.#read);
    this.#stage?.look(this.#input.look);
    this.#stage?.draw(seconds, frameTime, this.#session.braking, () => this.#hud.tablet(this.#read));
  }

  #listen(): void {
    const on = (id: string, act: () => void): void => {
      element(id).addEventListener("click", act, { signal: this.#end.signal });
    };
    const asleep = (): void => {
      if (!document.hidden) return;
      this.#isPausedByLoss = false; // nobody is there to drive on when the picture comes back
      this.#session.pause(true);
    };
    document.addEventListener("visibilitychange", asleep, { signal: this.#end.signal });
    on("pause", () => this.#do("pause"));
    on("resume", () => this.#session.pause(false));
    on("play", () => this.#session.pause(!this.#session.isPaused));
    on("step", () => this.#stepOn());
    on("faster", () => this.#hurry());
    on("view", () => this.#do("camera"));
    on("change-mode", () => this.#do("mode"));
    on("reset", () => this.#do("reset"));
    on("sound", () => void this.#sound());
    on("tilt", () => void this.#tilt());
    on("finish", () => this.#session.finish());
    on("leave", () => this.leave());
    on("again", () => this.leave());
    element("tilt").hidden = !matchMedia("(pointer: coarse)").matches;
  }

  /** Keys are for whoever drives by hand; in a pause only the one that ends it. */
  #heeds(meaning: Command | "drive"): boolean {
    const { isGuided, isFinished, isPaused } = this.#session;
    return !isGuided && !isFinished && (!isPaused || meaning === "pause");
  }

  #do(command: Command): void {
    const { hands, drive, isFinished } = this.#session;
    if (isFinished) return; // a gamepad has no idea
    if (command === "pause") this.#session.pause(!this.#session.isPaused);
    else if (command === "reset") this.#session.reset();
    else if (command === "sound") void this.#sound();
    else if (command === "shiftUp") hands.shift(1);
    else if (command === "shiftDown") hands.shift(-1);
    else if (command === "gearbox") hands.isAutomatic = !hands.isAutomatic;
    else if (command === "help") hands.isHelped = !hands.isHelped;
    else if (command === "mode") {
      drive.mode = hands.mode = MODES[(MODES.indexOf(drive.mode) + 1) % MODES.length]!;
    } else if (command === "camera" && this.#stage) {
      this.#notice(`view_${this.#stage.nextView()}`, 2);
    }
  }

  #stepOn(): void {
    this.#session.pause(true);
    element("sheet").hidden = true;
    this.#session.advance(ASK_STEP);
    this.#draw(ASK_STEP, 0);
  }

  #hurry(): void {
    this.#session.pace = this.#session.pace === 1 ? FAST : 1;
    element("faster").setAttribute("aria-pressed", String(this.#session.pace !== 1));
  }

  async #sound(): Promise<void> {
    const isOn = this.#voice.isOn;
    if (isOn) this.#voice.stop();
    else if (!(await this.#voice.start())) {
      this.#notice("no_sound", 4);
      return;
    }
    element("sound").setAttribute("aria-pressed", String(!isOn));
  }

  async #tilt(): Promise<void> {
    const button = element("tilt");
    const isOn = button.getAttribute("aria-pressed") === "true";
    if (isOn) this.#input.stopTilt();
    else if (!(await this.#input.askForTilt())) {
      this.#notice("no_tilt", 4);
      return;
    }
    button.setAttribute("aria-pressed", String(!isOn));
  }

  #showPause(isPaused: boolean): void {
    this.#input.release();
    if (!isPaused) this.#isPausedByLoss = false;
    write("pause", say(this.#kit, isPaused ? "resume" : "pause"));
    write("play", say(this.#kit, isPaused ? "play" : "pause"));
    const { isFinished } = this.#session;
    element("sheet").hidden = !isPaused || this.#chosen.isGuided || isFinished;
    if (isPaused) this.#voice.stop();
    if (isPaused && !isFinished) this.#log.add(this.#session.drive.time, say(this.#kit, "log_paused"));
    if (isPaused) element("sound").setAttribute("aria-pressed", "false");
  }

  #finish(read: ReadOuts): void {
    for (const id of ["sheet", "bar", "playing"]) element(id).hidden = true;
    this.#voice.stop();
    const amounts = this.#amounts;
    const words = { distance: amounts.distance(read.distance), consumption: amounts.consumption(read.mean, read.unit), n: amounts.number(read.eco) };
    this.#log.add(read.telemetry.time, say(this.#kit, "log_finished", words));
    this.#result.show(this.#session.drive, read, this.#chosen.isGuided);
  }

  /** Back to the choice of a road. */
  leave(): void {
    this.close();
    element("drive").hidden = true;
    element("intro").hidden = false;
    element("intro").scrollIntoView({ block: "start" });
    element("choose").querySelector<HTMLInputElement>("input:checked")?.focus();
  }

  /** Say a sentence over the picture; for some seconds, or until the next one. */
  #notice(key: string, seconds = 0): void {
    const notice = element("notice");
    notice.textContent = key ? say(this.#kit, key) : "";
    notice.hidden = key === "";
    if (seconds > 0) setTimeout(() => notice.textContent === say(this.#kit, key) && (notice.hidden = true), seconds * 1000);
  }

  close(): void {
    this.#end.abort();
    this.#session.pause(true);
    this.#input.close();
    this.#voice.close();
    this.#result.close();
    this.#stage?.close();
    this.#stage = null;
    running = null;
  }
}

/** A canvas in the place of the one before, whose context was given back for good. */
function freshCanvas(): HTMLCanvasElement {
  const before = element("road");
  const fresh = before.cloneNode(true) as HTMLCanvasElement;
  before.replaceWith(fresh);
  return fresh;
}

/** The car's own figures; those of another where the file has none for it. */
function makeDrive(options: DriveOptions): { drive: Drive; hasOwnFigures: boolean } {
  try {
    return { drive: new Drive(options), hasOwnFigures: true };
  } catch (error) {
    if (!(error instanceof FiguresInvalid)) throw error;
    return { drive: new Drive({ ...options, vehicle: vehicleNames[0]!, inches: 16 }), hasOwnFigures: false };
  }
}
