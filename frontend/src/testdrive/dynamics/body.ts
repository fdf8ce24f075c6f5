/**
 * The car as a plane body on four wheels (Milliken, Race Car Vehicle Dynamics, ch. 5 and 18): position, yaw and their
 * rates in the plane of the ground, loads by quasi-static transfer, heave, pitch and roll as read-outs.
 *
 * x ahead, y to the left, z up (ISO 8855). Velocity is kept in the frame of the ground, where no frame force appears,
 * so that work and kinetic energy agree to rounding.
 */

import type { VehicleFigures } from "./figures";
import type { Ground, GroundPoint } from "./ground";
import { clamp, GRAVITY, lag } from "./powertrain";
import { Wheel } from "./wheel";

const TRANSFER = 0.06; // s: how fast load follows acceleration
const STROKE = 0.1; // m: how far the springs let the body move

/** Where energy went that is not in the powertrain's account, J. */
export interface BodyAccount {
  drag: number;
  /** Against gravity; comes back downhill. */
  climbing: number;
}

export class Body {
  x = 0;
  y = 0;
  yaw = 0;
  velocityX = 0;
  velocityY = 0;
  yawRate = 0;
  /** Specific force of tyres and air, m/s², as a sensor in the car feels it. */
  feltAhead = 0;
  feltLeft = 0;
  /** How much longer than at rest the springs are, m. */
  heave = 0;
  /** Nose down and leaning to the right are positive, rad. */
  pitch = 0;
  roll = 0;
  /** Of the ground under the wheels, m; not a number before it was read. */
  height = NaN;
  readonly account: BodyAccount = { drag: 0, climbing: 0 };
  /** Front left, front right, rear left, rear right. */
  readonly wheels: readonly [Wheel, Wheel, Wheel, Wheel];
  readonly mass: number;
  #bodyHeight = 0;
  #transferAhead = 0;
  #transferLeft = 0;
  readonly #rates = { heave: 0, pitch: 0, roll: 0 };
  readonly #point: GroundPoint = { height: 0, slopeX: 0, slopeY: 0, friction: 1 };
  #slopeX = 0;
  #slopeY = 0;
  readonly #vehicle: VehicleFigures;
  readonly #yawInertia: number;

  constructor(vehicle: VehicleFigures, loadKg: number) {
    this.#vehicle = vehicle;
    const { body, tyre } = vehicle;
    this.mass = body.mass_kg + loadKg;
    this.#yawInertia = body.yaw_inertia_kg_m2 * (this.mass / body.mass_kg);
    const front = body.wheelbase_m * (1 - body.front_share);
    const make = (x: number, y: number): Wheel =>
      new Wheel(tyre, body.rolling_resistance, body.wheel_inertia_kg_m2, x, y);
    const rear = front - body.wheelbase_m;
    const half = body.track_m / 2;
    this.wheels = [make(front, half), make(front, -half), make(rear, half), make(rear, -half)];
    this.#shareLoads(1);
  }

  /** Put it at rest or rolling straight, m/s, on springs that are calm. */
  place(x: number, y: number, yaw: number, speed: number): void {
    this.x = x;
    this.y = y;
    this.yaw = yaw;
    this.velocityX = speed * Math.cos(yaw);
    this.velocityY = speed * Math.sin(yaw);
    this.yawRate = this.feltAhead = this.feltLeft = this.#transferAhead = this.#transferLeft = 0;
    this.heave = this.pitch = this.roll = this.#rates.heave = this.#rates.pitch = this.#rates.roll = 0;
    this.height = NaN;
    for (const wheel of this.wheels) wheel.place(speed / this.#vehicle.tyre.rolling_radius_m);
  }

  /** Speed along the car, m/s; less than 0 backwards. */
  get ahead(): number {
    return this.velocityX * Math.cos(this.yaw) + this.velocityY * Math.sin(this.yaw);
  }

  get leftward(): number {
    return this.velocityY * Math.cos(this.yaw) - this.velocityX * Math.sin(this.yaw);
  }

  /** Read the ground under the wheels and let the springs settle; once a step. */
  rest(ground: Ground, seconds: number): void {
    const cos = Math.cos(this.yaw);
    const sin = Math.sin(this.yaw);
    let height = 0;
    for (const wheel of this.wheels) {
      ground.sample(this.x + wheel.x * cos - wheel.y * sin, this.y + wheel.x * sin + wheel.y * cos, this.#point);
      wheel.friction = this.#point.friction;
      height += this.#point.height / 4;
    }
    ground.sample(this.x, this.y, this.#point);
    this.#slopeX = this.#point.slopeX;
    this.#slopeY = this.#point.slopeY;
    this.#shareLoads(1 - lag(0, 1, TRANSFER, seconds));
    this.#ride(height, seconds);
  }

  /** Loads of the wheels; `kept` of the former transfer stays. A wheel may lift, the car never falls over. */
  #shareLoads(kept: number): void {
    const { body } = this.#vehicle;
    this.#transferAhead = this.feltAhead + kept * (this.#transferAhead - this.feltAhead);
    this.#transferLeft = this.feltLeft + kept * (this.#transferLeft - this.feltLeft);
    const steep = this.#slopeX ** 2 + this.#slopeY ** 2;
    const weight = this.mass * GRAVITY * Math.sqrt(Math.max(0.1, 1 - steep));
    const shift = (this.mass * this.#transferAhead * body.centre_height_m) / body.wheelbase_m;
    const front = clamp(weight * body.front_share - shift, 0, weight);
    const lean = (this.mass * this.#transferLeft * body.centre_height_m) / body.track_m;
    this.#shareAxle(0, front, lean * body.front_roll_share);
    this.#shareAxle(2, weight - front, lean * (1 - body.front_roll_share));
  }

  #shareAxle(first: 0 | 2, load: number, lean: number): void {
    const moved = clamp(lean, -load / 2, load / 2);
    this.wheels[first].load = load / 2 - moved; // left: turning left unloads it
    this.wheels[first === 0 ? 1 : 3].load = load / 2 + moved;
  }

  #ride(height: number, seconds: number): void {
    const { pitch_rad_per_g, roll_rad_per_g, ride_hz, ride_damping } = this.#vehicle.body;
    const own = 2 * Math.PI * ride_hz;
    const damp = 2 * ride_damping * own;
    const rates = this.#rates;
    if (Number.isNaN(this.height)) this.#bodyHeight = this.height = height;
    const rise = clamp((height - this.height) / seconds, -10, 10);
    this.height = height;
    rates.heave += seconds * (own * own * (height - this.#bodyHeight) + damp * (rise - rates.heave));
    this.#bodyHeight = clamp(this.#bodyHeight + seconds * rates.heave, height - STROKE, height + STROKE);
    this.heave = this.#bodyHeight - height;
    const dive = (-pitch_rad_per_g * this.feltAhead) / GRAVITY;
    rates.pitch += seconds * (own * own * (dive - this.pitch) - damp * rates.pitch);
    this.pitch += seconds * rates.pitch;
    const lean = (roll_rad_per_g * this.feltLeft) / GRAVITY;
    rates.roll += seconds * (own * own * (lean - this.roll) - damp * rates.roll);
    this.roll += seconds * rates.roll;
  }

  /** Turn the front wheels so that all four turn about one point (Ackermann). */
  steer(angle: number): void {
    const { wheelbase_m, track_m } = this.#vehicle.body;
    const tangent = Math.tan(angle);
    const half = (track_m / 2) * tangent;
    this.wheels[0].angle = Math.atan((wheelbase_m * tangent) / (wheelbase_m - half));
    this.wheels[1].angle = Math.atan((wheelbase_m * tangent) / (wheelbase_m + half));
  }

  /** Move by a part of a step. */
  advance(seconds: number): void {
    const cos = Math.cos(this.yaw);
    const sin = Math.sin(this.yaw);
    const ahead = this.velocityX * cos + this.velocityY * sin;
    const left = this.velocityY * cos - this.velocityX * sin;
    const speed = Math.sqrt(ahead * ahead + left * left);
    const { air_density_kg_m3, drag_coefficient, frontal_area_m2 } = this.#vehicle.body;
    const drag = 0.5 * air_density_kg_m3 * drag_coefficient * frontal_area_m2 * speed;
    let forceAhead = -drag * ahead;
    let forceLeft = -drag * left;
    let moment = 0;
    for (const wheel of this.wheels) {
      const c = Math.cos(wheel.angle);
      const s = Math.sin(wheel.angle);
      const hubAhead = ahead - this.yawRate * wheel.y;
      const hubLeft = left + this.yawRate * wheel.x;
      wheel.bend(hubAhead * c + hubLeft * s, hubLeft * c - hubAhead * s, seconds);
      const fx = wheel.force.x * c - wheel.force.y * s;
      const fy = wheel.force.x * s + wheel.force.y * c;
      forceAhead += fx;
      forceLeft += fy;
      moment += wheel.x * fy - wheel.y * fx;
    }
    this.feltAhead = forceAhead / this.mass;
    this.feltLeft = forceLeft / this.mass;
    this.#move(forceAhead, forceLeft, moment, cos, sin, seconds, drag * speed * speed);
  }

  #move(ahead: number, left: number, moment: number, cos: number, sin: number, seconds: number, heat: number): void {
    const pullX = -GRAVITY * this.#slopeX;
    const pullY = -GRAVITY * this.#slopeY;
    const ax = (ahead * cos - left * sin) / this.mass + pullX;
    const ay = (ahead * sin + left * cos) / this.mass + pullY;
    const meanX = this.velocityX + (ax * seconds) / 2;
    const meanY = this.velocityY + (ay * seconds) / 2;
    this.velocityX += ax * seconds;
    this.velocityY += ay * seconds;
    const meanRate = this.yawRate + (seconds * moment) / this.#yawInertia / 2;
    this.yawRate += (seconds * moment) / this.#yawInertia;
    this.x += meanX * seconds;
    this.y += meanY * seconds;
    this.yaw += meanRate * seconds;
    this.account.drag += heat * seconds;
    this.#warmTyres(meanX * cos + meanY * sin, meanY * cos - meanX * sin, meanRate, seconds);
    this.account.climbing -= this.mass * (pullX * meanX + pullY * meanY) * seconds;
  }

  /** What the contacts take from the car and do not give to the wheels. */
  #warmTyres(ahead: number, left: number, rate: number, seconds: number): void {
    for (const wheel of this.wheels) {
      const c = Math.cos(wheel.angle);
      const s = Math.sin(wheel.angle);
      const fx = wheel.force.x * c - wheel.force.y * s;
      const fy = wheel.force.x * s + wheel.force.y * c;
      wheel.tyreHeat -= (fx * (ahead - rate * wheel.y) + fy * (left + rate * wheel.x)) * seconds;
    }
  }

  /** Energy of motion, J: body and wheels. */
  get kinetic(): number {
    const spinning = this.wheels.reduce((sum, wheel) => sum + 0.5 * wheel.inertia * wheel.spin ** 2, 0);
    const turning = 0.5 * this.#yawInertia * this.yawRate ** 2;
    return 0.5 * this.mass * (this.velocityX ** 2 + this.velocityY ** 2) + turning + spinning;
  }
}
