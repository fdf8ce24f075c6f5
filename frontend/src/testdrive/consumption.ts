/** What a car has used and how far it still goes: the read-outs of its tablet. */

import { clamp, type Simulation, type VehicleFigures } from "./dynamics";

/** m; before them a mean says nothing, for the first metres always cost much. usine/testdrive/showing.py has the same. */
export const LEAST_M = 150;
const MEMORY = 1500; // m over which the range follows the way one drives
const USUAL: Record<VehicleFigures["powertrain"]["kind"], number> = { electric: 15, combustion: 6, hybrid: 5 };

/** How full battery or tank are as a drive begins: nobody meets a demonstrator that is quite full. */
export const START_CHARGE = 0.86;

export class Consumption {
  readonly #simulation: Simulation;
  readonly #isElectric: boolean;
  /** Declared, kWh or l for 100 km. */
  readonly usual: number;
  #recent: number;
  #distance = 0;
  #used = 0;

  constructor(simulation: Simulation) {
    const { powertrain, declared } = simulation.vehicle;
    this.#simulation = simulation;
    this.#isElectric = powertrain.kind === "electric";
    this.usual = declared.kwh_per_100_km ?? declared.l_per_100_km ?? USUAL[powertrain.kind];
    this.#recent = this.usual;
  }

  get unit(): "kWh" | "l" {
    return this.#isElectric ? "kWh" : "l";
  }

  /** kWh or litres since the start; what a hybrid's battery gave counts as the petrol that made it. */
  get used(): number {
    const { account } = this.#simulation.powertrain;
    const figures = this.#simulation.vehicle.powertrain;
    if (figures.kind === "electric") return account.battery / 3.6e6;
    const lent = figures.kind === "hybrid" ? account.battery / figures.indicated_efficiency : 0;
    return (account.fuel + lent) / (figures.fuel_mj_l * 1e6);
  }

  /** For 100 km, since the start; not a number before it says something. */
  mean(distance: number): number {
    return distance < LEAST_M ? NaN : (this.used / distance) * 1e5;
  }

  /** Let the range follow the last kilometres; once in a while. */
  follow(distance: number): void {
    const [driven, spent] = [distance - this.#distance, this.used - this.#used];
    if (driven < 20) return;
    const share = clamp(driven / MEMORY, 0, 1);
    this.#recent += share * (clamp((spent / driven) * 1e5, 0.3 * this.usual, 4 * this.usual) - this.#recent);
    [this.#distance, this.#used] = [distance, this.used];
  }

  /** Of the battery or the tank, 0 to 1. */
  get charge(): number {
    const figures = this.#simulation.vehicle.powertrain;
    const whole = figures.kind === "electric" ? figures.battery_kwh : figures.tank_l;
    return clamp(START_CHARGE - Math.max(0, this.used) / whole, 0, 1);
  }

  /** km that battery or tank still reach. */
  get range(): number {
    const figures = this.#simulation.vehicle.powertrain;
    const whole = figures.kind === "electric" ? figures.battery_kwh : figures.tank_l;
    const perKm = (this.usual * 0.6 + this.#recent * 0.4) / 100;
    return (this.charge * whole) / perKm;
  }
}
