/**
 * What a car of today does for a driver who does nothing: it holds itself once stopped (so on a hill too) until the
 * accelerator is touched, and creeps at walking pace when the brake is let go while rolling.
 */

import { clamp, type Controls } from "./dynamics";

const STANDING = 0.12; // m/s
const CREEP = 1.6; // m/s
const CREEP_PEDAL = 0.14;
const HOLDING = 0.3; // of the brake pedal

export class DriverAids {
  #isHolding = true;

  get isHolding(): boolean {
    return this.#isHolding;
  }

  /** Change the controls of a step at a speed along the car in m/s. */
  help(controls: Controls, speed: number): void {
    if (controls.throttle > 0) this.#isHolding = false;
    else if (Math.abs(speed) < STANDING && controls.brake > 0) this.#isHolding = true;
    if (this.#isHolding) {
      controls.brake = Math.max(controls.brake, HOLDING);
      return;
    }
    const isCoasting = controls.throttle === 0 && controls.brake === 0 && controls.selector !== "neutral";
    if (isCoasting && controls.isAutomatic && Math.abs(speed) < CREEP) {
      controls.throttle = CREEP_PEDAL * clamp(2 * (1 - Math.abs(speed) / CREEP), 0, 1);
    }
  }
}
