/** Walls, aids, score and read-outs by hand calculation. */

import { describe, expect, it } from "vitest";
import { DriverAids } from "./aids";
import { Consumption, START_CHARGE } from "./consumption";
import { keepOnRoad } from "./contact";
import { idleControls, plane, readVehicle, Simulation } from "./dynamics";
import { EcoScore } from "./ecoScore";
import { gentleness, Moments } from "./moments";
import { newAxisPoint } from "./routes/alignment";
import { Route } from "./routes/route";

describe("a soft wall", () => {
  const route = new Route("coast", "right");

  it.each([-1, 1])("takes speed and never gives any, on side %d", (side) => {
    const simulation = new Simulation(readVehicle("ev40"), plane());
    const { body } = simulation;
    const here = route.axis.at(500, newAxisPoint());
    for (const angle of [0.05, 0.4, 1.2, 2.8]) {
      const offset = side * (route.edge + 0.3);
      simulation.place(here.x - offset * Math.sin(here.heading), here.y + offset * Math.cos(here.heading), here.heading + side * angle, 15);
      const into = keepOnRoad(body, route, 500, offset, 0.86);
      const speed = Math.hypot(body.velocityX, body.velocityY);
      expect(into).toBeCloseTo(15 * Math.sin(angle), 6);
      expect(speed).toBeLessThan(15);
      const found = route.axis.locate(body.x, body.y, { station: 0, offset: 0 });
      expect(Math.abs(found.offset)).toBeLessThan(route.edge - 0.85);
      expect(keepOnRoad(body, route, found.station, found.offset, 0.86)).toBe(0);
    }
  });

  it("is in the middle of a motorway too", () => {
    const motorway = new Route("motorway", "right");
    const simulation = new Simulation(readVehicle("ev40"), plane());
    const here = motorway.axis.at(900, newAxisPoint());
    simulation.place(here.x, here.y, here.heading + 0.5, 20);
    expect(keepOnRoad(simulation.body, motorway, 900, 0, 0.86)).toBeCloseTo(20 * Math.sin(0.5), 6);
    const found = motorway.axis.locate(simulation.body.x, simulation.body.y, { station: 0, offset: 0 });
    expect(found.offset).toBeCloseTo(-(motorway.file.section.median_m + 0.86), 2);
  });
});

describe("the aids", () => {
  it("hold a stopped car until the accelerator is touched", () => {
    const aids = new DriverAids();
    const press = (speed: number, what: object): ReturnType<typeof idleControls> => {
      const controls = { ...idleControls(), ...what };
      aids.help(controls, speed);
      return controls;
    };
    expect(press(0, {}).brake).toBeGreaterThan(0.1); // as one gets in
    expect(press(0, { throttle: 0.1 }).brake).toBe(0);
    expect(press(0.5, {}).throttle).toBeGreaterThan(0); // creeps
    expect(press(0.5, { isAutomatic: false }).throttle).toBe(0);
    expect(press(3, {}).throttle).toBe(0);
    expect(press(0.5, { brake: 0.4 }).throttle).toBe(0);
    press(0.01, { brake: 0.4 });
    expect(aids.isHolding).toBe(true);
    expect(press(0, {}).brake).toBeGreaterThan(0.1);
  });

  it("hold on a hill", () => {
    const simulation = new Simulation(readVehicle("turbo74"), plane(0.1));
    const aids = new DriverAids();
    for (let i = 0; i < 1200; i++) {
      const controls = idleControls();
      aids.help(controls, simulation.body.ahead);
      simulation.step(controls);
    }
    expect(Math.abs(simulation.body.x)).toBeLessThan(0.05);
  });
});

describe("consumption", () => {
  it("of an electric car is what its battery gave, and its range what is left over the usual use", () => {
    const simulation = new Simulation(readVehicle("ev52"), plane());
    const consumption = new Consumption(simulation);
    expect(consumption.range).toBeCloseTo((START_CHARGE * 52) / 0.151, 6);
    simulation.powertrain.account.battery = 1.51 * 3.6e6;
    expect(consumption.used).toBeCloseTo(1.51, 9);
    expect(consumption.mean(10_000)).toBeCloseTo(15.1, 9);
    expect(consumption.charge).toBeCloseTo(START_CHARGE - 1.51 / 52, 9);
    consumption.follow(10_000);
    expect(consumption.range).toBeCloseTo((START_CHARGE * 52 - 1.51) / 0.151, 1);
  });

  it("of a hybrid counts what its battery lent as petrol", () => {
    const simulation = new Simulation(readVehicle("hybrid105"), plane());
    const consumption = new Consumption(simulation);
    simulation.powertrain.account.fuel = 31.9e6;
    simulation.powertrain.account.battery = 0.395 * 31.9e6;
    expect(consumption.used).toBeCloseTo(2, 9);
    expect(consumption.unit).toBe("l");
  });
});

describe("the eco score", () => {
  const drive = (felt: number, speed: number, mean: number): number => {
    const score = new EcoScore();
    for (let i = 0; i < 100; i++) score.note(felt, speed, 20, 0.1);
    return score.value(mean, 15, 2000);
  };

  it("is full for gentle driving within the limit on the declared consumption or less", () => {
    expect(drive(0.5, 18, 12)).toBe(100);
    expect(new EcoScore().value(NaN, 15, 0)).toBe(100);
  });

  it("falls by thirst, roughness and speed, each by its weight", () => {
    expect(drive(0.5, 18, 60)).toBe(50);
    expect(drive(5, 18, 12)).toBe(70);
    expect(drive(0.5, 30, 12)).toBe(80);
    expect(drive(5, 30, 60)).toBe(0);
  });
});

describe("moments", () => {
  it("count the same fault once in a while and keep only the greatest of a kind", () => {
    const moments = new Moments();
    moments.note("off_road", 10, 100);
    moments.note("off_road", 12, 130);
    moments.note("off_road", 20, 300);
    moments.record("fastest", 5, 50, 20);
    moments.record("fastest", 6, 60, 25);
    moments.record("fastest", 7, 70, 22);
    expect(moments.count("off_road")).toBe(2);
    expect(moments.all.find((one) => one.kind === "fastest")!.value).toBe(25);
    expect(moments.best().map((one) => one.kind)).toEqual(["fastest"]);
  });

  it("count a gentle kilometre within what is kept of a drive, even one that won energy back", () => {
    expect(gentleness(0.1)).toBeCloseTo(10, 9);
    for (const spent of [1e-9, 0, -0.2]) expect(gentleness(spent)).toBe(1000);
  });
});
