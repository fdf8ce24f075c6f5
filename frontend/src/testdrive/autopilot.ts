/**
 * The driver of the guided drive: keeps a lane by pure pursuit (Coulter, "Implementation of the pure pursuit path
 * tracking algorithm", CMU-RI-TR-92-01), a speed by the road's profile, a distance by the intelligent-driver model.
 */

import { clamp, type Controls, type Mode, type Simulation, SpeedDriver } from "./dynamics";
import { newAxisPoint, turn } from "./routes/alignment";
import type { Route } from "./routes/route";
import { type Temper, follow } from "./traffic/following";
import type { Lights } from "./traffic/lights";
import { SpeedProfile } from "./traffic/profile";
import type { Seen, Traffic } from "./traffic/traffic";

/** How the three modes drive: m/s² and seconds. */
const STYLES: Record<Mode, { across: number; temper: Temper }> = {
  eco: { across: 1.7, temper: { acceleration: 1.1, braking: 1.1, headway: 2, distance: 3 } },
  normal: { across: 2.3, temper: { acceleration: 1.6, braking: 1.7, headway: 1.6, distance: 2.5 } },
  sport: { across: 3.2, temper: { acceleration: 2.6, braking: 2.4, headway: 1.3, distance: 2.5 } },
};
const LOOK = 5; // m ahead, and
const LOOK_TIME = 0.6; // s of travel
const SIGHT = 150; // m
const EARLY = 0.35; // s before a limit that one is down to it
const OVERTAKE = 4; // m/s by which somebody must be slower
const DRIFT = 1.1; // m/s across, from lane to lane

/** The steering, -1 to 1, that leads from where the car is to an offset of the road. */
export function steerTo(simulation: Simulation, route: Route, seen: Seen, offset: number): number {
  const { body, vehicle } = simulation;
  const { wheelbase_m, front_share, steer_limit_rad } = vehicle.body;
  const rear = wheelbase_m * front_share; // from the centre of mass back to the axle
  const x = body.x - rear * Math.cos(body.yaw);
  const y = body.y - rear * Math.sin(body.yaw);
  const look = LOOK + LOOK_TIME * Math.abs(body.ahead);
  const aim = route.axis.at(seen.station + look - rear, here);
  const aimX = aim.x - offset * Math.sin(aim.heading);
  const aimY = aim.y + offset * Math.cos(aim.heading);
  const angle = turn(body.yaw, Math.atan2(aimY - y, aimX - x));
  const chord = Math.hypot(aimX - x, aimY - y);
  return clamp(Math.atan((2 * wheelbase_m * Math.sin(angle)) / chord) / steer_limit_rad, -1, 1);
}
const here = newAxisPoint();

export class Autopilot {
  readonly #simulation: Simulation;
  readonly #route: Route;
  readonly #traffic: Traffic;
  readonly #lights: Lights;
  readonly #driver: SpeedDriver;
  readonly #profiles = new Map<Mode, SpeedProfile>();
  #lane = 0;
  #offset: number;

  constructor(simulation: Simulation, route: Route, traffic: Traffic, lights: Lights) {
    this.#simulation = simulation;
    this.#route = route;
    this.#traffic = traffic;
    this.#lights = lights;
    this.#driver = new SpeedDriver(simulation);
    this.#offset = route.lane(0);
  }

  /** The controls of a step of some seconds. */
  drive(seen: Seen, mode: Mode, time: number, seconds: number): Controls {
    const style = STYLES[mode];
    this.#chooseLane(seen, this.#allowed(seen, mode));
    const target = this.#route.lane(this.#lane);
    this.#offset += clamp(target - this.#offset, -DRIFT * seconds, DRIFT * seconds);
    const wanted = this.#accelerate(seen, mode, style.temper, time);
    const speed = this.#simulation.body.ahead;
    this.#driver.controls.mode = mode;
    const controls = this.#driver.follow(wanted > 0.05 ? Math.max(0.4, speed) : Math.max(0, speed - 0.02), wanted);
    controls.steering = steerTo(this.#simulation, this.#route, seen, this.#offset);
    return controls;
  }

  #allowed(seen: Seen, mode: Mode): number {
    let profile = this.#profiles.get(mode);
    if (!profile) {
      const { across, temper } = STYLES[mode];
      profile = new SpeedProfile(this.#route, { across, braking: 0.75 * temper.braking });
      this.#profiles.set(mode, profile);
    }
    return 0.98 * profile.at(seen.station + EARLY * Math.abs(seen.speed));
  }

  #accelerate(seen: Seen, mode: Mode, temper: Temper, time: number): number {
    const allowed = this.#allowed(seen, mode);
    const speed = Math.max(0, this.#simulation.body.ahead);
    const ahead = this.#traffic.ahead(seen.station, 1, this.#lane, seen.length, null, null);
    const byRoad = temper.braking * clamp((allowed - speed) / 1.2, -1.6, 1);
    const byCar = follow(temper, speed, allowed + 1, ahead.gap, ahead.speed);
    const halt = this.#lights.stopWithin(SIGHT, seen.station + seen.length / 2, 1, speed, time);
    const byLight = halt < Infinity ? follow(temper, speed, allowed + 1, halt, 0) : Infinity;
    return Math.min(byRoad, byCar, byLight, temper.acceleration);
  }

  /** Overtake whoever is much slower when the lane beside is free before and behind; come back when the outer one is. */
  #chooseLane(seen: Seen, allowed: number): void {
    if (this.#route.lanes < 2 || Math.abs(this.#offset - this.#route.lane(this.#lane)) > 0.1) return;
    const speed = this.#simulation.body.ahead;
    const other = 1 - this.#lane;
    const own = { ...this.#traffic.ahead(seen.station, 1, this.#lane, seen.length, null, null) };
    const beside = { ...this.#traffic.ahead(seen.station, 1, other, seen.length, null, null) };
    const isSlow = own.gap < 25 + 2.5 * speed && own.speed < allowed - OVERTAKE;
    const isBetter = beside.gap > 30 + 1.5 * speed || beside.speed > own.speed + 2;
    const isCalm = beside.gap > 40 + 4 * speed;
    const wants = this.#lane === 0 ? isSlow && isBetter : isCalm;
    if (wants && beside.gap > 12 + 0.8 * speed && this.#isFreeBehind(seen, other, speed)) this.#lane = other;
  }

  #isFreeBehind(seen: Seen, lane: number, speed: number): boolean {
    return this.#traffic.others.every((one) => {
      if (one.lane !== lane || one.direction !== 1) return true;
      const behind = -this.#route.axis.ahead(seen.station, one.station) - (seen.length + one.length) / 2;
      return behind < -seen.length - one.length || behind > 10 + Math.max(0, 2.5 * (one.speed - speed)) + 0.5 * one.speed;
    });
  }
}
