/** Straight ahead: acceleration, top speed and braking against calculations that share no code with the model. */

import { describe, expect, it } from "vitest";
import { type CombustionFigures, readVehicle, type VehicleFigures, vehicleNames } from "./figures";
import { DRY, plane, WET } from "./ground";
import { idleControls, Simulation } from "./simulate";

const G = 9.81;
const HUNDRED = 100 / 3.6;
const TO_RAD = Math.PI / 30;

/** Air and rolling, N. */
function resistance({ body, tyre }: VehicleFigures, v: number): number {
  const air = 0.5 * 1.2 * body.drag_coefficient * body.frontal_area_m2 * v * v;
  return air + body.rolling_resistance * body.mass_kg * G * (1 + (v / tyre.rolling_growth_m_s) ** 2);
}

/** Engine torque at a crankshaft speed in rad/s. */
function curve(figures: CombustionFigures, speed: number): number {
  const rpm = Math.max(figures.launch_rpm, speed / TO_RAD);
  if (rpm >= figures.limit_rpm) return 0;
  const i = figures.curve_rpm.findIndex((knot) => knot >= rpm);
  const [x0, x1] = [figures.curve_rpm[i - 1]!, figures.curve_rpm[i]!];
  const [y0, y1] = [figures.curve_nm[i - 1]!, figures.curve_nm[i]!];
  return y0 + ((y1 - y0) * (rpm - x0)) / (x1 - x0);
}

/** Power that the driven wheels have at a speed, W; of a combustion engine in its best gear. */
function wheelPower({ powertrain, tyre }: VehicleFigures, v: number, isLasting: boolean): number {
  const axle = v / tyre.rolling_radius_m;
  switch (powertrain.kind) {
    case "electric": {
      const turned = axle * powertrain.ratio;
      const end = powertrain.weakening_end_rpm * TO_RAD;
      return powertrain.power_kw * 1000 * Math.min(1, end / turned) * powertrain.gear_efficiency;
    }
    case "hybrid":
      return (isLasting ? powertrain.engine_kw : powertrain.power_kw) * 1000 * powertrain.gear_efficiency;
    case "combustion":
      return Math.max(
        ...powertrain.gears.map((gear) => {
          const turned = axle * gear * powertrain.final_drive;
          return curve(powertrain, turned) * turned * powertrain.gear_efficiency;
        }),
      );
  }
}

/** Seconds from 0 to 100 km/h: force of the power, of the greatest torque and of the tyres, the least of the three. */
function handSprint(vehicle: VehicleFigures): number {
  const { body, tyre, powertrain } = vehicle;
  const radius = tyre.rolling_radius_m;
  const dt = 0.002;
  let gear = 0;
  let shifting = 0;
  let time = 0;
  let acceleration = 0;
  for (let v = 0; v < HUNDRED; time += dt, v += acceleration * dt) {
    let force: number;
    let turning = 4 * body.wheel_inertia_kg_m2;
    if (powertrain.kind === "combustion") {
      const ratio = powertrain.gears[gear]! * powertrain.final_drive;
      const turned = (v / radius) * ratio;
      force = shifting > 0 ? 0 : (curve(powertrain, turned) * ratio * powertrain.gear_efficiency) / radius;
      const isClosed = shifting <= 0 && turned > powertrain.launch_rpm * TO_RAD;
      if (isClosed) turning += powertrain.engine_inertia_kg_m2 * ratio ** 2;
      if (shifting <= 0 && turned > vehicle.modes.normal.upshift_high_rpm * TO_RAD) {
        gear++;
        shifting = powertrain.shift_s;
      }
      shifting -= dt;
    } else {
      const isElectric = powertrain.kind === "electric";
      const torque = isElectric
        ? powertrain.torque_nm * powertrain.ratio * powertrain.gear_efficiency
        : powertrain.axle_torque_nm;
      turning += isElectric ? powertrain.rotor_inertia_kg_m2 * powertrain.ratio ** 2 : powertrain.inertia_kg_m2;
      force = Math.min(torque / radius, wheelPower(vehicle, Math.max(v, 1), false) / Math.max(v, 0.1));
    }
    const load = body.mass_kg * (G * body.front_share - (acceleration * body.centre_height_m) / body.wheelbase_m);
    force = Math.min(force, tyre.mu_x * load);
    acceleration = (force - resistance(vehicle, v)) / (body.mass_kg + turning / radius ** 2);
  }
  return time;
}

/** The speed in m/s at which wheel power and resistance meet, by bisection. */
function handTopSpeed(vehicle: VehicleFigures): number {
  let [low, high] = [10, 100];
  for (let i = 0; i < 60; i++) {
    const v = (low + high) / 2;
    if (wheelPower(vehicle, v, true) > resistance(vehicle, v) * v) low = v;
    else high = v;
  }
  return low;
}

function fullPedal(vehicle: VehicleFigures): { simulation: Simulation; controls: ReturnType<typeof idleControls> } {
  return { simulation: new Simulation(vehicle, plane()), controls: { ...idleControls(), throttle: 1 } };
}

function withoutLimiter(vehicle: VehicleFigures): VehicleFigures {
  const { powertrain } = vehicle;
  return powertrain.kind === "combustion" ? vehicle : { ...vehicle, powertrain: { ...powertrain, limiter_km_h: 400 } };
}

function brakingDistance(name: string, friction: number): number {
  const simulation = new Simulation(readVehicle(name), plane(0, friction));
  simulation.place(0, 0, 0, HUNDRED);
  const controls = { ...idleControls(), brake: 1 };
  while (simulation.body.ahead > 0.02 && simulation.time < 30) simulation.step(controls);
  return simulation.body.x;
}

describe.each(vehicleNames)("%s straight ahead", (name) => {
  it("reaches 100 km/h in the time of a hand calculation (5 %)", () => {
    const { simulation, controls } = fullPedal(readVehicle(name));
    while (simulation.body.ahead < HUNDRED && simulation.time < 60) simulation.step(controls);
    const expected = handSprint(readVehicle(name));
    expect(Math.abs(simulation.time / expected - 1), `${simulation.time} s, by hand ${expected} s`).toBeLessThan(0.05);
  });

  it("goes as fast as its power carries it through the air (2 %)", () => {
    const vehicle = withoutLimiter(readVehicle(name));
    const expected = handTopSpeed(vehicle);
    const { simulation, controls } = fullPedal(vehicle);
    simulation.place(0, 0, 0, expected - 4);
    while (simulation.time < 240) simulation.step(controls);
    const reached = simulation.body.ahead;
    expect(Math.abs(reached / expected - 1), `${reached} m/s, by hand ${expected}`).toBeLessThan(0.02);
  });

  it("keeps to its limiter where it has one", () => {
    const { powertrain } = readVehicle(name);
    const limit = powertrain.kind === "combustion" ? Infinity : powertrain.limiter_km_h / 3.6;
    const { simulation, controls } = fullPedal(readVehicle(name));
    simulation.place(0, 0, 0, Math.min(limit - 2, 40));
    for (let i = 0; i < 60 * 120; i++) simulation.step(controls);
    expect(simulation.body.ahead).toBeLessThanOrEqual(limit);
    if (limit < Infinity) expect(simulation.body.ahead).toBeGreaterThan(limit - 0.6);
  });

  it.each([
    ["dry", DRY],
    ["wet", WET],
  ])("stops from 100 km/h within v²/2µg and 8 %% more, %s", (_, friction) => {
    const ideal = HUNDRED ** 2 / (2 * friction * readVehicle(name).tyre.mu_x * G);
    const driven = brakingDistance(name, friction);
    expect(driven / ideal).toBeGreaterThan(0.95); // drag and lightly loaded tyres help a little
    expect(driven / ideal).toBeLessThan(1.08);
  });
});

it("cannot brake on ice as on a dry road", () => {
  expect(brakingDistance("ev40", 0.15)).toBeGreaterThan(4 * brakingDistance("ev40", DRY));
});

it("spins no wheel away on ice: traction control holds the slip", () => {
  const simulation = new Simulation(readVehicle("ev52"), plane(0, 0.2));
  const controls = { ...idleControls(), throttle: 1 };
  for (let i = 0; i < 10 * 120; i++) simulation.step(controls);
  const wheel = simulation.body.wheels[0];
  expect(simulation.body.ahead).toBeGreaterThan(8);
  expect(wheel.spin * readVehicle("ev52").tyre.rolling_radius_m).toBeLessThan(1.25 * simulation.body.ahead);
});
