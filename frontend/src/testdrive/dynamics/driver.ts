/** A driver that follows a speed: the force of the wanted acceleration, and a little more where speed lacks. */

import { GRAVITY, clamp, pedalFor } from "./powertrain";
import { type Controls, idleControls, type Simulation } from "./simulate";

const GAIN = 1.2; // 1/s: m/s² for each m/s that lacks
const STILL = 0.05; // m/s: slower counts as standing
const HOLD = 0.25; // of the brake pedal, while the car is to stand

export class SpeedDriver {
  readonly controls: Controls = idleControls();
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** The controls for a speed in m/s and its slope in m/s². */
  follow(speed: number, slope: number): Controls {
    const { body } = this.#simulation;
    this.controls.throttle = this.controls.brake = 0;
    if (speed < STILL && body.ahead < 1) {
      this.controls.brake = HOLD;
      return this.controls;
    }
    const wanted = slope + GAIN * (speed - body.ahead);
    this.#press(this.#inertia() * wanted + this.#resistance());
    return this.controls;
  }

  /** Mass, with what turns, kg. */
  #inertia(): number {
    const { body, powertrain, vehicle } = this.#simulation;
    const turning = 4 * vehicle.body.wheel_inertia_kg_m2 + powertrain.inertia;
    return body.mass + turning / vehicle.tyre.rolling_radius_m ** 2;
  }

  /** Air and rolling, N. */
  #resistance(): number {
    const { body, vehicle } = this.#simulation;
    const { air_density_kg_m3, drag_coefficient, frontal_area_m2, rolling_resistance } = vehicle.body;
    const { rolling_factor, rolling_growth_m_s } = vehicle.tyre;
    const speed = body.ahead;
    const rolling = rolling_resistance * rolling_factor * (1 + (speed / rolling_growth_m_s) ** 2);
    return 0.5 * air_density_kg_m3 * drag_coefficient * frontal_area_m2 * speed * speed + rolling * body.mass * GRAVITY;
  }

  #press(force: number): void {
    const { powertrain, vehicle, body } = this.#simulation;
    const { mode } = this.controls;
    const radius = vehicle.tyre.rolling_radius_m;
    const axle = this.#simulation.axleSpeed();
    const released = powertrain.released(axle, mode);
    const torque = force * radius;
    if (torque >= released) {
      this.controls.throttle = pedalFor(torque, vehicle.modes[mode], released, powertrain.greatest(axle));
    } else {
      const whole = vehicle.body.brake_limit_g * GRAVITY * body.mass * radius;
      this.controls.brake = clamp((released - torque) / whole, 0, 1);
    }
  }
}
