/**
 * One drive: a car on a route among others, from controls to read-outs. No page, no picture, no clock but its own; the
 * same options and the same controls give the same drive.
 */

import { DriverAids } from "./aids";
import { Autopilot } from "./autopilot";
import { Consumption } from "./consumption";
import { keepApart, keepOnRoad } from "./contact";
import { type Controls, type Mode, readVehicle, Simulation, STEP, type Telemetry } from "./dynamics";
import { EcoScore } from "./ecoScore";
import { gentleness, Moments } from "./moments";
import { newAxisPoint, type Place } from "./routes/alignment";
import { type DrivingSide, Route, type RouteName, type Weather } from "./routes/route";
import { Lights } from "./traffic/lights";
import { type Seen, Traffic } from "./traffic/traffic";

export interface DriveOptions {
  readonly route: RouteName;
  readonly side: DrivingSide;
  /** Whether the market's signs count miles. */
  readonly isMiles: boolean;
  readonly weather: Weather;
  /** Figures of `vehicles.json`, and the diameter of the rims. */
  readonly vehicle: string;
  readonly inches: number;
  readonly seed: number;
}

/** What dashboard, tablet, table and log show. */
export interface ReadOuts {
  /** m/s */
  readonly speed: number;
  readonly limit: number;
  /** kWh or l for 100 km since the start; not a number in the first metres. */
  readonly mean: number;
  /** kWh or l since the start. */
  readonly used: number;
  readonly unit: "kWh" | "l";
  /** Of the battery or the tank. */
  readonly charge: number;
  /** km */
  readonly range: number;
  readonly eco: number;
  /** m since the start, and how far round, 0 to 1. */
  readonly distance: number;
  readonly lap: number;
  readonly station: number;
  readonly offset: number;
  readonly telemetry: Telemetry;
}

const START = 24; // m along the route
const FASTEST_FROM = 8; // m/s
const BUMP_FROM = 0.5; // m/s: less is a touch
const RECOVERED_FROM = 3; // Wh
const RESET_SPEED = 0;

export class Drive {
  readonly options: DriveOptions;
  readonly route: Route;
  readonly simulation: Simulation;
  readonly traffic: Traffic;
  readonly lights: Lights;
  readonly autopilot: Autopilot;
  readonly moments = new Moments();
  readonly seen: Seen;
  mode: Mode = "normal";
  readonly #aids = new DriverAids();
  readonly #consumption: Consumption;
  readonly #score = new EcoScore();
  readonly #place: Place = { station: 0, offset: 0 };
  readonly #halfWidth: number;
  #travelled = 0; // m along the route, backwards subtracted
  #stood = 0; // s at a red light
  #used: number[] = []; // a sum of energy at each kilometre
  #recovered = 0; // J since the pedal was let go
  #battery = 0; // J, of the step before

  /** A car ready to leave. Raises FiguresInvalid. */
  constructor(options: DriveOptions) {
    this.options = options;
    this.route = new Route(options.route, options.side, options.isMiles);
    const vehicle = readVehicle(options.vehicle, options.inches);
    this.simulation = new Simulation(vehicle, this.route.ground(options.weather));
    this.#consumption = new Consumption(this.simulation);
    this.#halfWidth = vehicle.body.width_m / 2;
    this.seen = { station: START, offset: this.route.lane(0), speed: 0, length: vehicle.body.length_m };
    this.lights = new Lights(this.route);
    this.traffic = new Traffic(this.route, this.lights, options.seed, START);
    this.autopilot = new Autopilot(this.simulation, this.route, this.traffic, this.lights);
    this.reset();
  }

  get time(): number {
    return this.simulation.time;
  }

  /** m along the route, what was driven back subtracted. */
  get travelled(): number {
    return this.#travelled;
  }

  get isHolding(): boolean {
    return this.#aids.isHolding;
  }

  /** Put the car in its lane where it is, standing. */
  reset(): void {
    const { axis } = this.route;
    const offset = this.route.lane(0);
    const here = axis.at(this.seen.station, newAxisPoint());
    const x = here.x - offset * Math.sin(here.heading);
    const y = here.y + offset * Math.cos(here.heading);
    this.simulation.place(x, y, here.heading, RESET_SPEED);
    this.seen.offset = offset;
    this.seen.speed = 0;
  }

  /** A step by the visitor's controls. */
  step(controls: Controls): void {
    this.mode = controls.mode;
    this.#aids.help(controls, this.simulation.body.ahead);
    this.#move(controls);
  }

  /** A step by the autopilot. */
  guide(): Controls {
    const controls = this.autopilot.drive(this.seen, this.mode, this.time, STEP);
    this.#move(controls);
    return controls;
  }

  #move(controls: Controls): void {
    const { simulation, route, seen, moments } = this;
    const { body } = simulation;
    const before = seen.station;
    simulation.step(controls);
    this.#look();
    const against = keepOnRoad(body, route, seen.station, seen.offset, this.#halfWidth);
    if (against > BUMP_FROM) moments.note("off_road", this.time, seen.station, against);
    const met = keepApart(body, route, this.traffic, seen.station, seen.offset, seen.length);
    if (met > BUMP_FROM) moments.note("bumped", this.time, seen.station, met);
    if (against > 0 || met > 0) this.#look();
    this.traffic.step(seen, this.time, STEP);
    this.#tell(before);
  }

  #look(): void {
    const { body } = this.simulation;
    this.route.axis.locate(body.x, body.y, this.#place);
    this.seen.station = this.#place.station;
    this.seen.offset = this.#place.offset;
    this.seen.speed = body.ahead;
  }

  #tell(before: number): void {
    const { simulation, route, seen, moments, time } = this;
    const { body } = simulation;
    const moved = route.axis.ahead(before, seen.station);
    const laps = Math.floor(this.#travelled / route.axis.length);
    this.#travelled += moved;
    if (laps >= 0 && Math.floor(this.#travelled / route.axis.length) > laps) moments.note("lap", time, seen.station, this.#travelled);
    this.#score.note(Math.hypot(body.feltAhead, body.feltLeft), Math.abs(seen.speed), route.limitSpeed(seen.station), STEP);
    if (seen.speed > FASTEST_FROM) moments.record("fastest", time, seen.station, seen.speed);
    for (const { at_m, name } of route.file.sights) {
      if (moved > 0 && route.axis.ahead(before, at_m) > 0 && route.axis.ahead(seen.station, at_m) <= 0 && moved < 5) {
        moments.note("sight", time, at_m, 0, name);
      }
    }
    if (moved > 0 && this.lights.passedRed(before + seen.length / 2, seen.station + seen.length / 2, time) >= 0) {
      moments.note("ran_red", time, seen.station);
    }
    this.#tellHalts();
    this.#tellEnergy();
  }

  #tellHalts(): void {
    const isWaiting = Math.abs(this.seen.speed) < 0.2 && this.lights.stopWithin(20, this.seen.station + 2, 1, 0, this.time) < 20;
    this.#stood = isWaiting ? this.#stood + STEP : 0;
    if (this.#stood > 1 && this.#stood <= 1 + STEP) this.moments.note("halted", this.time, this.seen.station);
  }

  /** The longest winning back, and the kilometre with the least consumption. */
  #tellEnergy(): void {
    const { battery } = this.simulation.powertrain.account;
    const won = this.#battery - battery;
    this.#battery = battery;
    if (won > 0) this.#recovered += won;
    else if (this.#recovered > 0) {
      const wh = this.#recovered / 3600;
      if (wh > RECOVERED_FROM) this.moments.record("recovered", this.time, this.seen.station, wh);
      this.#recovered = 0;
    }
    const kilometre = Math.floor(this.#travelled / 1000);
    if (kilometre <= 0 || this.#used[kilometre] !== undefined) return;
    this.#used[kilometre] = this.#consumption.used;
    const spent = this.#consumption.used - (this.#used[kilometre - 1] ?? 0);
    this.moments.record("gentlest", this.time, this.seen.station, gentleness(spent));
  }

  read(): ReadOuts {
    const telemetry = this.simulation.read();
    const { distance } = telemetry;
    this.#consumption.follow(distance);
    const mean = this.#consumption.mean(distance);
    return {
      speed: Math.abs(telemetry.speed),
      limit: this.route.limitSpeed(this.seen.station),
      mean,
      used: this.#consumption.used,
      unit: this.#consumption.unit,
      charge: this.#consumption.charge,
      range: this.#consumption.range,
      eco: this.#score.value(mean, this.#consumption.usual, distance),
      distance,
      lap: Math.max(0, this.#travelled / this.route.axis.length),
      station: this.seen.station,
      offset: this.seen.offset,
      telemetry,
    };
  }
}
