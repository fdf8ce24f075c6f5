/** The body: loads by hand at rest, under braking and in a bend; a place is a fresh start. */

import { describe, expect, it } from "vitest";
import { readVehicle, vehicleNames } from "./figures";
import { plane, WET } from "./ground";
import { type Controls, idleControls, Simulation } from "./simulate";

const G = 9.81;

function run(simulation: Simulation, seconds: number, what: Partial<Controls>): void {
  for (let i = 0; i < seconds * 120; i++) simulation.step({ ...idleControls(), ...what });
}

function loads(simulation: Simulation): { front: number; rear: number; left: number; right: number } {
  const [a, b, c, d] = simulation.body.wheels;
  return { front: a.load + b.load, rear: c.load + d.load, left: a.load + c.load, right: b.load + d.load };
}

describe.each(vehicleNames)("the loads of %s", (name) => {
  const vehicle = readVehicle(name);
  const { body } = vehicle;
  const weight = body.mass_kg * G;

  it("are the weight at rest, shared as declared", () => {
    const found = loads(new Simulation(vehicle, plane()));
    expect(found.front).toBeCloseTo(weight * body.front_share, 6);
    expect(found.rear).toBeCloseTo(weight * (1 - body.front_share), 6);
    expect(found.left).toBeCloseTo(found.right, 9);
  });

  it("move to the front by m·a·h/L under the brakes", () => {
    const simulation = new Simulation(vehicle, plane());
    simulation.place(0, 0, 0, 30);
    run(simulation, 1.5, { brake: 0.4 });
    const moved = (-body.mass_kg * simulation.body.feltAhead * body.centre_height_m) / body.wheelbase_m;
    expect(moved).toBeGreaterThan(1000);
    expect((loads(simulation).front - weight * body.front_share) / moved).toBeCloseTo(1, 1);
  });

  it("move outwards by m·a·h/t in a bend, and to the lower axle on a hill", () => {
    const simulation = new Simulation(vehicle, plane());
    simulation.place(0, 0, 0, 15);
    run(simulation, 3, { steering: 0.08, throttle: 0.15 });
    const moved = (body.mass_kg * simulation.body.feltLeft * body.centre_height_m) / body.track_m;
    expect(moved).toBeGreaterThan(500);
    expect((loads(simulation).right - weight / 2) / moved).toBeCloseTo(1, 1);
    const hill = new Simulation(vehicle, plane(0.15));
    run(hill, 4, { brake: 0.5 });
    const back = (weight * 0.15 * body.centre_height_m) / body.wheelbase_m;
    const rear = weight * Math.sqrt(1 - 0.15 ** 2) * (1 - body.front_share) + back;
    expect(loads(hill).rear / rear).toBeCloseTo(1, 2);
  });
});

it("still steers with the brakes full on: anti-lock leaves the tyres some side force", () => {
  const aside = (steering: number): number => {
    const simulation = new Simulation(readVehicle("ev40"), plane(0, WET));
    simulation.place(0, 0, 0, 25);
    while (simulation.body.ahead > 0.5 && simulation.time < 15) run(simulation, 0.1, { brake: 1, steering });
    return simulation.body.y;
  };
  expect(aside(0.2)).toBeGreaterThan(3);
  expect(Math.abs(aside(0))).toBeLessThan(0.01);
});

it("starts afresh where it is put: nothing of a skid is left", () => {
  const used = new Simulation(readVehicle("turbo74"), plane());
  used.place(0, 0, 0, 30);
  run(used, 2, { steering: 1, throttle: 1 });
  used.place(5, 6, 0.7, 12);
  const fresh = new Simulation(readVehicle("turbo74"), plane());
  fresh.place(5, 6, 0.7, 12);
  for (const key of ["x", "y", "yaw", "speed", "slideSpeed", "yawRate", "pitch", "roll", "heave", "steer"] as const) {
    expect(used.read()[key], key).toBe(fresh.read()[key]);
  }
  expect(loads(used)).toEqual(loads(fresh));
});

it("goes backwards no faster than 8 m/s", () => {
  const simulation = new Simulation(readVehicle("ev52"), plane());
  run(simulation, 20, { selector: "reverse", throttle: 1 });
  expect(simulation.body.ahead).toBeLessThan(-6.5);
  expect(simulation.body.ahead).toBeGreaterThan(-8);
});
