/**
 * From what hands do to the controls of a step: keys, a gamepad, fingers and a tilted phone each say what they want;
 * here a wish becomes a steering wheel that turns no faster and no further than the speed allows.
 */

import { clamp, type Controls, idleControls, type Mode, type VehicleFigures } from "../dynamics";

/** What one way to steer says. `isAnalogue`: -1 to 1 is meant, not left or right. */
export interface Wish {
  steering: number;
  isAnalogue: boolean;
  throttle: number;
  brake: number;
}

export function newWish(): Wish {
  return { steering: 0, isAnalogue: false, throttle: 0, brake: 0 };
}

const ACROSS = 5.5; // m/s² that the whole of a key asks for
const PARKING = 0.9; // of the lock, at walking pace
const TURN = 1.7; // 1/s of the wheel with a key, and
const RETURN = 2.6; // back
const PEDAL = 2.4; // 1/s of a pedal with a key: a foot, not a switch
const RELEASE = 6;
const REVERSE_BELOW = 0.4; // m/s: braking on goes backwards

export class Hands {
  mode: Mode = "normal";
  isAutomatic = true;
  /** Whether the wheel follows the bend of the road by itself while no one turns it. */
  isHelped = true;
  readonly controls: Controls = idleControls();
  #steering = 0;
  #throttle = 0;
  #brake = 0;
  #shift: -1 | 0 | 1 = 0;
  #isReverse = false;
  readonly #vehicle: VehicleFigures;

  constructor(vehicle: VehicleFigures) {
    this.#vehicle = vehicle;
  }

  get isReverse(): boolean {
    return this.#isReverse;
  }

  /** Shift by hand; the next step does it. */
  shift(gear: -1 | 1): void {
    this.isAutomatic = false;
    this.#shift = gear;
  }

  /** The greatest steering, 0 to 1, that makes sense at a speed. */
  reach(speed: number): number {
    const { wheelbase_m, steer_limit_rad } = this.#vehicle.body;
    const angle = Math.atan((ACROSS * wheelbase_m) / Math.max(1, speed * speed));
    return Math.min(PARKING, angle / steer_limit_rad);
  }

  /** The controls of a step; `speed` along the car in m/s, `bend` the steering that the road itself asks for. */
  hold(wish: Wish, speed: number, bend: number, seconds: number): Controls {
    const { controls } = this;
    this.#turn(wish, speed, bend, seconds);
    this.#press(wish, speed, seconds);
    controls.steering = this.#steering;
    controls.throttle = this.#isReverse ? this.#brake : this.#throttle;
    controls.brake = this.#isReverse ? this.#throttle : this.#brake;
    controls.selector = this.#isReverse ? "reverse" : "drive";
    controls.mode = this.mode;
    controls.isAutomatic = this.isAutomatic;
    controls.shift = this.#shift;
    this.#shift = 0;
    return controls;
  }

  /** Hands off, as after a pause: nothing stays pressed. */
  release(): void {
    this.#steering = this.#throttle = this.#brake = 0;
    this.#shift = 0;
    this.#isReverse = false;
  }

  #turn(wish: Wish, speed: number, bend: number, seconds: number): void {
    const reach = this.reach(speed);
    const centre = this.isHelped && speed > 1 && !this.#isReverse ? clamp(bend, -reach, reach) : 0;
    const wanted = clamp(centre + wish.steering * reach, -1, 1);
    if (wish.isAnalogue) {
      this.#steering += (wanted - this.#steering) * Math.min(1, 12 * seconds);
      return;
    }
    const isReturning = Math.abs(wanted) < Math.abs(this.#steering);
    const most = (isReturning ? RETURN : TURN) * Math.max(reach, 0.12) * seconds * 1.5;
    this.#steering += clamp(wanted - this.#steering, -most, most);
  }

  #press(wish: Wish, speed: number, seconds: number): void {
    const move = (now: number, wanted: number): number =>
      now + clamp(wanted - now, -RELEASE * seconds, (wish.isAnalogue ? RELEASE : PEDAL) * seconds);
    this.#throttle = move(this.#throttle, wish.throttle);
    this.#brake = move(this.#brake, wish.brake);
    // Standing with the brake pressed anew means back; with the accelerator, ahead again.
    if (!this.#isReverse && speed < REVERSE_BELOW && wish.brake > 0.5 && this.#wasFree) this.#isReverse = true;
    else if (this.#isReverse && speed > -REVERSE_BELOW && wish.throttle > 0.1) this.#isReverse = false;
    this.#wasFree = wish.brake < 0.1 && Math.abs(speed) < REVERSE_BELOW;
  }
  #wasFree = false;
}

/** The wish of several ways together: whoever does something is heard. */
export function combine(wishes: readonly Wish[]): Wish {
  const whole = newWish();
  for (const wish of wishes) {
    if (Math.abs(wish.steering) > Math.abs(whole.steering)) {
      whole.steering = wish.steering;
      whole.isAnalogue = wish.isAnalogue;
    }
    if (wish.isAnalogue && (wish.throttle > 0 || wish.brake > 0)) whole.isAnalogue = true;
    whole.throttle = Math.max(whole.throttle, wish.throttle);
    whole.brake = Math.max(whole.brake, wish.brake);
  }
  return whole;
}
