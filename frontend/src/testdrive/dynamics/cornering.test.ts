/** Round a bend: the linear bicycle model at low lateral acceleration, the friction of the tyres at the limit. */

import { describe, expect, it } from "vitest";
import { SpeedDriver } from "./driver";
import { readVehicle, type VehicleFigures, vehicleNames } from "./figures";
import { plane } from "./ground";
import { Simulation } from "./simulate";

const G = 9.81;

/** Drive at a speed while `steering` says the wheel's place at a time; answers the simulation after some seconds. */
function drive(
  vehicle: VehicleFigures,
  speed: number,
  seconds: number,
  steering: (time: number) => number,
): Simulation {
  const simulation = new Simulation(vehicle, plane());
  const driver = new SpeedDriver(simulation);
  simulation.place(0, 0, 0, speed);
  while (simulation.time < seconds) {
    const controls = driver.follow(speed, 0);
    controls.steering = steering(simulation.time);
    simulation.step(controls);
  }
  return simulation;
}

/** Yaw rate of the bicycle model: v δ / (L + K v²), K from axle loads over cornering stiffnesses. */
function bicycleYawRate({ body, tyre }: VehicleFigures, v: number, angle: number): number {
  const weight = body.mass_kg * G;
  const stiffness = (load: number): number =>
    2 * tyre.cornering_stiffness_n_rad * Math.sin(2 * Math.atan(load / 2 / tyre.cornering_peak_load_n));
  const front = weight * body.front_share;
  const rear = weight - front;
  const gradient = (front / stiffness(front) - rear / stiffness(rear)) / G;
  return (v * angle) / (body.wheelbase_m + gradient * v * v);
}

describe.each(vehicleNames)("%s in a bend", (name) => {
  const vehicle = readVehicle(name);

  it.each([
    [8, 0.03],
    [15, 0.02],
    [20, 0.015],
  ])("yaws as the bicycle model at %d m/s and %d rad (5 %%)", (v, angle) => {
    const expected = bicycleYawRate(vehicle, v, angle);
    expect(expected * v).toBeLessThan(0.3 * G);
    const { body } = drive(vehicle, v, 8, () => angle / vehicle.body.steer_limit_rad);
    const speed = body.ahead;
    expect(Math.abs(body.yawRate / bicycleYawRate(vehicle, speed, angle) - 1)).toBeLessThan(0.05);
    expect(Math.abs(body.feltLeft / (body.yawRate * speed) - 1)).toBeLessThan(0.02);
  });

  it("understeers: the faster, the less it turns for the same steering", () => {
    const curvature = (v: number): number => drive(vehicle, v, 8, () => 0.02 / 0.61).body.yawRate / v;
    expect(curvature(25)).toBeLessThan(curvature(8));
  });

  it("holds on a skid pad up to nearly the friction of its tyres, and not beyond", () => {
    let most = 0;
    const simulation = new Simulation(vehicle, plane());
    const driver = new SpeedDriver(simulation);
    simulation.place(0, 0, 0, 17);
    while (simulation.time < 20) {
      const controls = driver.follow(17, 0);
      controls.steering = simulation.time * 0.025;
      simulation.step(controls);
      most = Math.max(most, simulation.body.feltLeft);
    }
    const limit = vehicle.tyre.mu_y * G;
    expect(most / limit).toBeGreaterThan(0.84); // load transfer and the driven wheels take their part
    expect(most / limit).toBeLessThan(1.03);
    expect(simulation.body.ahead).toBeGreaterThan(5);
    expect(Math.abs(simulation.body.leftward)).toBeLessThan(0.5 * simulation.body.ahead); // it pushes, it does not spin
  });
});

it("turns to the right as to the left", () => {
  const left = drive(readVehicle("ev40"), 15, 6, () => 0.05);
  const right = drive(readVehicle("ev40"), 15, 6, () => -0.05);
  expect(right.body.y).toBeCloseTo(-left.body.y, 6);
  expect(right.body.roll).toBeCloseTo(-left.body.roll, 9);
  expect(left.body.y).toBeGreaterThan(1);
});

it("leans out of the bend and dives under the brakes", () => {
  const { body } = drive(readVehicle("ev40"), 15, 6, () => 0.05);
  expect(body.roll).toBeGreaterThan(0.005); // to the right while it turns left
  const simulation = new Simulation(readVehicle("ev40"), plane());
  simulation.place(0, 0, 0, 25);
  const controls = { ...new SpeedDriver(simulation).controls, brake: 1 };
  for (let i = 0; i < 120; i++) simulation.step(controls);
  expect(simulation.body.pitch).toBeGreaterThan(0.01);
});

it("reaches the steering angle no faster than hands can", () => {
  const simulation = drive(readVehicle("ev40"), 5, 0.25, () => 1);
  expect(simulation.read().steer).toBeCloseTo(0.25 * 0.8, 1);
});
