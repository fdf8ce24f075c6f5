/**
 * The drive itself: controls in, one step of 1/120 s, read-outs out. Nothing here knows of a page, a clock or chance:
 * the same controls on the same ground give the same drive.
 */

import { Body } from "./body";
import { Brakes } from "./brakes";
import { makePowertrain } from "./drives";
import { checkFigures, type Mode, type VehicleFigures } from "./figures";
import type { Ground } from "./ground";
import { clamp, type Powertrain, ramp, type Wish } from "./powertrain";
import type { Telemetry } from "./telemetry";
import type { Wheel } from "./wheel";

export const STEP = 1 / 120; // s
const PARTS = 8; // of a step: a tyre's spring and a wheel swing at 25 Hz, which wants a millisecond
const PART = STEP / PARTS;
const REVERSE_LIMIT = [7, 8] as const; // m/s: backwards the pedal gives less from the first, nothing from the second

/** What the driver does. Anything that is not a number counts as 0. */
export interface Controls {
  /** -1 to 1, to the left; of the steering limit. */
  steering: number;
  /** 0 to 1. */
  throttle: number;
  brake: number;
  selector: "drive" | "neutral" | "reverse";
  mode: Mode;
  /** Automatic gears; otherwise `shift` changes one gear in the step in which it is not 0. */
  isAutomatic: boolean;
  shift: -1 | 0 | 1;
}

/** Feet off, automatic, normal. */
export function idleControls(): Controls {
  return { steering: 0, throttle: 0, brake: 0, selector: "drive", mode: "normal", isAutomatic: true, shift: 0 };
}

export class Simulation {
  readonly vehicle: VehicleFigures;
  readonly body: Body;
  readonly powertrain: Powertrain;
  readonly brakes: Brakes;
  readonly #driven: readonly [Wheel, Wheel];
  readonly #ground: Ground;
  readonly #wheelInertia: number;
  #steps = 0;
  #distance = 0;
  #steer = 0;
  #power = 0;
  readonly #wish: Wish = {
    pedal: 0,
    slowing: 0,
    mode: "normal",
    shift: 0,
    isAutomatic: true,
    isReverse: false,
  };

  /** A car at rest at the origin, its nose along x; `loadKg` rides beside the driver. Raises FiguresInvalid. */
  constructor(vehicle: VehicleFigures, ground: Ground, loadKg = 0) {
    this.vehicle = checkFigures(vehicle);
    this.#ground = ground;
    this.body = new Body(vehicle, loadKg);
    this.powertrain = makePowertrain(vehicle);
    this.brakes = new Brakes(vehicle);
    const { wheels } = this.body;
    this.#driven = vehicle.powertrain.driven === "front" ? [wheels[0], wheels[1]] : [wheels[2], wheels[3]];
    this.#wheelInertia = vehicle.body.wheel_inertia_kg_m2;
    this.body.rest(ground, STEP);
  }

  /** Put the car somewhere with a speed in m/s along its nose; the wheels roll. Energy, gear and distance stay. */
  place(x: number, y: number, yaw: number, speed = 0): void {
    this.#steer = 0;
    this.body.steer(0);
    this.body.place(x, y, yaw, speed);
    this.body.rest(this.#ground, STEP);
  }

  /** Seconds since the start. */
  get time(): number {
    return this.#steps * STEP;
  }

  /** Speed of the driven axle in rad/s, positive in the direction of the selector. */
  axleSpeed(direction = 1): number {
    return (direction * (this.#driven[0].spin + this.#driven[1].spin)) / 2;
  }

  /** One step of 1/120 s. */
  step(controls: Controls): void {
    const direction = controls.selector === "drive" ? 1 : controls.selector === "reverse" ? -1 : 0;
    this.#turnWheel(finite(controls.steering, -1, 1));
    this.body.rest(this.#ground, STEP);
    const torque = this.#ask(controls, direction);
    const inertia = this.#wheelInertia + this.powertrain.inertia / 2;
    for (const wheel of this.#driven) wheel.inertia = inertia;
    let work = 0;
    let turned = 0;
    let given = 0;
    for (let part = 0; part < PARTS; part++) {
      this.brakes.regulate(this.body.wheels, this.#driven, PART);
      const drive = torque > 0 ? torque * this.brakes.traction : torque * this.brakes.least;
      for (const wheel of this.#driven) wheel.driveTorque = (direction * drive) / 2;
      this.body.advance(PART);
      const mean = this.#turn();
      work += direction * drive * mean * PART;
      given += drive / PARTS;
      turned += (direction * mean) / PARTS;
      this.#distance += Math.abs(this.body.ahead) * PART;
    }
    this.powertrain.settle(work, given, turned, STEP);
    this.#power = work / STEP;
    this.#steps++;
  }

  /** Turn all wheels; answers the mean speed of the driven axle. */
  #turn(): number {
    let sum = 0;
    for (const wheel of this.body.wheels) {
      const mean = wheel.turn(PART);
      if (wheel === this.#driven[0] || wheel === this.#driven[1]) sum += mean;
    }
    return sum / 2;
  }

  /** Torque of the powertrain; what it cannot slow by goes to the brakes. */
  #ask(controls: Controls, direction: number): number {
    const wish = this.#wish;
    const speed = this.axleSpeed(direction);
    const wanted = this.brakes.wanted(finite(controls.brake, 0, 1), this.body.mass);
    const regeneration = direction === 0 ? 0 : this.powertrain.regeneration(speed, controls.mode);
    wish.slowing = this.brakes.blend(wanted, regeneration);
    // The brake wins over the accelerator, as in every car of today.
    wish.pedal = wanted > 0 || direction === 0 ? 0 : finite(controls.throttle, 0, 1);
    wish.mode = controls.mode;
    wish.isAutomatic = controls.isAutomatic;
    wish.shift = controls.shift;
    wish.isReverse = direction < 0;
    this.brakes.share(wanted - wish.slowing, this.body.wheels);
    const torque = this.powertrain.torque(wish, speed, STEP);
    if (direction === 0) return 0;
    if (direction > 0 || torque < 0) return torque;
    return torque * (1 - ramp(speed * this.vehicle.tyre.rolling_radius_m, ...REVERSE_LIMIT));
  }

  #turnWheel(wanted: number): void {
    const { steer_limit_rad, steer_rate_rad_s } = this.vehicle.body;
    const most = steer_rate_rad_s * STEP;
    this.#steer += clamp(wanted * steer_limit_rad - this.#steer, -most, most);
    this.body.steer(this.#steer);
  }

  /** What dashboard, scene, sound and log read; a new record. */
  read(): Telemetry {
    const { body, powertrain, brakes } = this;
    const { account } = powertrain;
    const figures = this.vehicle.powertrain;
    const fuel = figures.kind === "electric" ? 0 : account.fuel / (figures.fuel_mj_l * 1e6);
    return {
      time: this.time,
      x: body.x,
      y: body.y,
      yaw: body.yaw,
      speed: body.ahead,
      slideSpeed: body.leftward,
      yawRate: body.yawRate,
      feltAhead: body.feltAhead,
      feltLeft: body.feltLeft,
      heave: body.heave,
      pitch: body.pitch,
      roll: body.roll,
      steer: this.#steer,
      distance: this.#distance,
      gear: powertrain.gear,
      rpm: powertrain.rpm,
      power: this.#power,
      charge: powertrain.charge,
      batteryWh: account.battery / 3600,
      fuelLitres: fuel,
      isAntiLock: brakes.isAntiLock,
      isTraction: brakes.isTraction,
    };
  }
}

function finite(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? clamp(value, low, high) : 0;
}
