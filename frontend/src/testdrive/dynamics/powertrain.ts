/**
 * What every powertrain offers to the car: torque at the driven axle within its limits, and an account of the energy.
 *
 * Speeds are those of the driven axle in rad/s, positive in the direction that the selector asks for; torques in N m,
 * energies in J. Signs: torque that drives is positive, torque that slows is negative.
 */

import type { Mode, ModeFigures } from "./figures";

export const GRAVITY = 9.81;
export const RPM = (2 * Math.PI) / 60; // rad/s of one revolution a minute

/** What driver and brakes ask of the powertrain in one step. */
export interface Wish {
  /** 0 to 1. */
  pedal: number;
  /** Slowing torque beyond that of the released pedal, from 0; never more than `regeneration` answers. */
  slowing: number;
  mode: Mode;
  /** Change gear by one, or not; only where there are gears. */
  shift: -1 | 0 | 1;
  isAutomatic: boolean;
  isReverse: boolean;
}

/** Energy that left tank and battery and what became of it, in joules. */
export interface EnergyAccount {
  fuel: number;
  /** From the cells; less than 0 when more was charged than used. */
  battery: number;
  /** Work at the driven axle, regeneration subtracted. */
  work: number;
  losses: number;
  auxiliary: number;
}

export interface Powertrain {
  readonly account: EnergyAccount;
  /** 1 to the number of gears; 0 in the middle of a shift. */
  readonly gear: number;
  /** Of the motor, or of the engine (0: it stands). */
  readonly rpm: number;
  /** Of the battery, 0 to 1; of the tank where there is no battery that drives. */
  readonly charge: number;
  /** Reflected to the driven axle, kg m². */
  readonly inertia: number;
  /** Greatest torque that drives at an axle speed. */
  greatest(speed: number): number;
  /** Torque when the pedal is let go, 0 or less. */
  released(speed: number, mode: Mode): number;
  /** How much slowing torque is there beyond that of the released pedal, 0 or more. */
  regeneration(speed: number, mode: Mode): number;
  /** The torque of this step. */
  torque(wish: Wish, speed: number, seconds: number): number;
  /** Account for a step: work done at the axle in J, mean torque and mean speed. */
  settle(work: number, torque: number, speed: number, seconds: number): void;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** The torque that a pedal asks for between that of the released and that of the whole pedal. */
export function pedalTorque(pedal: number, mode: ModeFigures, released: number, greatest: number): number {
  return released + Math.pow(pedal, mode.pedal_exponent) * (greatest - released);
}

/** The pedal that asks for a torque: the inverse of `pedalTorque`, within 0 and 1. */
export function pedalFor(torque: number, mode: ModeFigures, released: number, greatest: number): number {
  if (greatest <= released) return 0;
  return Math.pow(clamp((torque - released) / (greatest - released), 0, 1), 1 / mode.pedal_exponent);
}

/** 0 below `from`, 1 above `to`, straight between. */
export function ramp(value: number, from: number, to: number): number {
  return clamp((value - from) / (to - from), 0, 1);
}

/** What a first-order lag makes of a value after some seconds. */
export function lag(value: number, target: number, constant: number, seconds: number): number {
  return value + (target - value) * (1 - Math.exp(-seconds / constant));
}

/** What must be put in for an output (positive), or what comes back of a thing taken backwards (negative). */
export function through(output: number, efficiency: number): number {
  return output >= 0 ? output / efficiency : output * efficiency;
}
