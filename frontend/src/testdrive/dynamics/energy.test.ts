/** Energy: what leaves battery or tank is found again, and consumption agrees with what the range declares. */

import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { driveCycle } from "./cycle";
import { SpeedDriver } from "./driver";
import { readVehicle, vehicleNames } from "./figures";
import { plane } from "./ground";
import { type Controls, idleControls, Simulation } from "./simulate";
import { PHASES, tracePhase, wltcLikeCycle } from "./wltc";

const RANGES = resolve(__dirname, "../../../../demo/ranges");
const WITHIN = 0.05;

/** What the ranges' sources say of powertrains: each has its own in one of them. */
const SAID = readdirSync(RANGES).map((range) => readFileSync(`${RANGES}/${range}/features/20-engine.yaml`, "utf-8"));

/** An attribute of a powertrain as its range's source says it. */
function attribute(name: string, key: string): number | undefined {
  const own = new RegExp(`^      ${name}:\\n.*\\n        attributes: \\{(.*)\\}`, "m").exec(SAID.join("\n"))?.[1] ?? "";
  const found = new RegExp(`${key}: "?([0-9.]+)`).exec(own)?.[1];
  return found === undefined ? undefined : Number(found);
}

describe.each(vehicleNames)("%s", (name) => {
  const vehicle = readVehicle(name);

  it("has the figures that the range declares", () => {
    expect(vehicle.powertrain.power_kw).toBe(attribute(name, "power_kw"));
    expect(vehicle.declared.kwh_per_100_km).toBe(attribute(name, "kwh_per_100_km"));
    expect(vehicle.declared.l_per_100_km).toBe(attribute(name, "l_per_100_km"));
    expect(vehicle.declared.range_km).toBe(attribute(name, "wltp_km"));
    const battery = vehicle.powertrain.kind === "electric" ? vehicle.powertrain.battery_kwh : undefined;
    expect(battery).toBe(attribute(name, "battery_kwh"));
  });

  it("uses over the cycle what the range declares, and follows it", () => {
    const result = driveCycle(vehicle, wltcLikeCycle());
    const { declared } = vehicle;
    if (declared.kwh_per_100_km !== undefined) {
      expect(Math.abs(result.kwhPer100Km / declared.kwh_per_100_km - 1), `${result.kwhPer100Km}`).toBeLessThan(WITHIN);
      expect(Math.abs(result.rangeKm / declared.range_km! - 1), `${result.rangeKm}`).toBeLessThan(WITHIN);
    } else {
      const litres = result.litresPer100Km;
      expect(Math.abs(litres / declared.l_per_100_km! - 1), `${litres}`).toBeLessThan(WITHIN);
    }
    expect(result.km).toBeCloseTo(23.267, 1);
    expect(result.greatestError).toBeLessThan(0.75);
    const { charge } = result.simulation.powertrain;
    expect(charge).toBeGreaterThan(vehicle.powertrain.kind === "hybrid" ? 0.35 : 0.5);
    expect(charge).toBeLessThan(vehicle.powertrain.kind === "hybrid" ? 0.8 : 1);
  });

  it("loses no energy: tank and battery = air + tyres + brakes + losses + motion + height", () => {
    const simulation = new Simulation(vehicle, plane(0.03));
    const { body, powertrain } = simulation;
    let carried = 0; // motion that a change of gear gives to or takes from what turns with the wheels
    const run = (seconds: number, what: Partial<Controls>): void => {
      const controls = { ...idleControls(), ...what };
      for (let i = 0; i < seconds * 120; i++) {
        const before = body.wheels.map(({ inertia, spin }) => ({ inertia, spin }));
        simulation.step(controls);
        body.wheels.forEach(({ inertia }, w) => {
          carried += 0.5 * (inertia - before[w]!.inertia) * before[w]!.spin ** 2;
        });
      }
    };
    run(8, { throttle: 1 });
    run(6, { throttle: 0.4, steering: 0.03 });
    run(2, { brake: 0.3 });
    const { account } = powertrain;
    const wheels = body.wheels.reduce((sum, wheel) => sum + wheel.rollingHeat + wheel.brakeHeat + wheel.tyreHeat, 0);
    const road = wheels + body.account.drag + body.account.climbing;
    const found = account.losses + account.auxiliary + road + body.kinetic - carried;
    const given = account.fuel + account.battery;
    const useful = Math.max(account.work, body.kinetic);
    expect(useful).toBeGreaterThan(1e5);
    expect(Math.abs(found - given) / useful).toBeLessThan(1e-4);
    expect(body.account.climbing).toBeCloseTo(body.mass * 9.81 * 0.03 * body.x, -2);
    const heats = body.wheels.flatMap((wheel) => [wheel.brakeHeat, wheel.tyreHeat, wheel.rollingHeat]);
    expect(Math.min(account.losses, body.account.drag, ...heats)).toBeGreaterThan(0);
  });
});

describe.each(vehicleNames)("%s at a steady speed", (name) => {
  const vehicle = readVehicle(name);

  it("takes from battery or tank what a hand calculation finds (2 %)", () => {
    const v = 25;
    const { simulation, perSecond } = steady(v);
    const { powertrain, tyre } = vehicle;
    const axle = v / tyre.rolling_radius_m;
    const power = roadLoad(v) * v;
    switch (powertrain.kind) {
      case "electric": {
        const turned = axle * powertrain.ratio;
        const shaft = power / powertrain.gear_efficiency;
        const copper = powertrain.copper_w_nm2 * (shaft / turned) ** 2;
        const iron = powertrain.iron_w_s * turned + powertrain.windage_w_s3 * turned ** 3;
        const inverter = powertrain.inverter_w + powertrain.inverter_share * shaft;
        const terminal = shaft + copper + iron + inverter + powertrain.auxiliary_w;
        const expected = terminal + powertrain.battery_loss_per_w * terminal ** 2;
        expect(Math.abs(perSecond.battery / expected - 1)).toBeLessThan(0.02);
        break;
      }
      case "combustion": {
        const turned = axle * powertrain.gears[simulation.powertrain.gear - 1]! * powertrain.final_drive;
        const friction = (powertrain.friction_nm + powertrain.friction_nm_s2 * turned ** 2) * turned;
        const shaft = power / powertrain.gear_efficiency + powertrain.auxiliary_w;
        const expected = (shaft + friction) / powertrain.indicated_efficiency;
        expect(Math.abs(perSecond.fuel / expected - 1)).toBeLessThan(0.02);
        break;
      }
      case "hybrid": {
        const useful = power / (perSecond.fuel + perSecond.battery / powertrain.indicated_efficiency);
        expect(useful).toBeGreaterThan(0.2);
        expect(useful).toBeLessThan(powertrain.indicated_efficiency * powertrain.gear_efficiency);
      }
    }
  });

  it("loses energy and never wins any, whatever it does (second law)", () => {
    const simulation = new Simulation(vehicle, plane(-0.02));
    const { account } = simulation.powertrain;
    const controls = idleControls();
    for (let i = 0; i < 60 * 120; i++) {
      const before = account.losses;
      controls.throttle = i % 1700 < 900 ? 0.2 + 0.8 * Math.abs(Math.sin(i / 300)) : 0;
      controls.brake = i % 1700 > 1300 ? 0.3 : 0;
      simulation.step(controls);
      expect(account.losses - before).toBeGreaterThan(-1e-6);
    }
    expect(account.fuel + account.battery - account.work - account.auxiliary - account.losses).toBeCloseTo(0, 2);
  });

  function roadLoad(v: number): number {
    const { body, tyre } = vehicle;
    const rolling = body.rolling_resistance * body.mass_kg * 9.81 * (1 + (v / tyre.rolling_growth_m_s) ** 2);
    return 0.5 * 1.2 * body.drag_coefficient * body.frontal_area_m2 * v * v + rolling;
  }

  /** Half a minute at a speed, once a minute has passed: what each second took, in J. */
  function steady(v: number): { simulation: Simulation; perSecond: { fuel: number; battery: number } } {
    const simulation = new Simulation(vehicle, plane());
    const driver = new SpeedDriver(simulation);
    simulation.place(0, 0, 0, v);
    const hold = (seconds: number): void => {
      for (let i = 0; i < seconds * 120; i++) simulation.step(driver.follow(v, 0));
    };
    hold(60);
    const { fuel, battery } = simulation.powertrain.account;
    hold(30);
    const { account } = simulation.powertrain;
    return { simulation, perSecond: { fuel: (account.fuel - fuel) / 30, battery: (account.battery - battery) / 30 } };
  }
});

it("uses more petrol in sport than in eco for the same speeds", () => {
  const trace = Float64Array.from([...tracePhase(PHASES[1]!), 0]);
  const vehicle = readVehicle("turbo74");
  const [eco, sport] = [driveCycle(vehicle, trace, "eco"), driveCycle(vehicle, trace, "sport")];
  expect(sport.litresPer100Km).toBeGreaterThan(eco.litresPer100Km * 1.03);
});

it("gets energy back when it slows by regeneration, none when the battery is full", () => {
  const simulation = new Simulation(readVehicle("ev52"), plane());
  simulation.place(0, 0, 0, 25);
  const controls = { ...idleControls(), throttle: 0.5 };
  while (simulation.powertrain.charge > 0.95) simulation.step(controls);
  simulation.place(0, 0, 0, 25);
  const before = { battery: simulation.powertrain.account.battery, kinetic: simulation.body.kinetic };
  while (simulation.body.ahead > 1) simulation.step({ ...controls, throttle: 0, brake: 0.12 });
  const back = before.battery - simulation.powertrain.account.battery;
  expect(back / before.kinetic).toBeGreaterThan(0.55);
  expect(back / before.kinetic).toBeLessThan(0.95);
  const full = new Simulation(readVehicle("ev52"), plane());
  full.place(0, 0, 0, 25);
  for (let i = 0; i < 240; i++) full.step({ ...controls, throttle: 0, brake: 0.12 });
  expect(full.powertrain.account.battery).toBeGreaterThan(0);
});

it("stops when battery or tank is empty, and says 0", () => {
  const vehicle = readVehicle("ev40");
  const little = { ...vehicle, powertrain: { ...vehicle.powertrain, battery_kwh: 0.05 } as typeof vehicle.powertrain };
  const simulation = new Simulation(little, plane());
  for (let i = 0; i < 150 * 120; i++) simulation.step({ ...idleControls(), throttle: 1 });
  expect(simulation.powertrain.charge).toBeLessThan(0.01);
  expect(simulation.body.ahead).toBeLessThan(3);
});

describe("the cycle", () => {
  it.each(PHASES.map((phase) => [phase.name, phase] as const))("%s has the published figures", (_, phase) => {
    const speeds = tracePhase(phase);
    expect(speeds.length).toBe(phase.seconds);
    expect(speeds.reduce((sum, speed) => sum + speed, 0)).toBeCloseTo(phase.metres, 3);
    expect(Math.max(...speeds) * 3.6).toBeCloseTo(phase.topKmH, 6);
    expect(speeds.filter((speed) => speed === 0).length).toBe(phase.standing);
  });

  it("is 1,800 s and 23.27 km of accelerations that traffic has", () => {
    const speeds = wltcLikeCycle();
    expect(speeds.length).toBe(1801);
    const steps = [...speeds].slice(1).map((speed, i) => speed - speeds[i]!);
    expect(Math.max(...steps)).toBeLessThan(1.6);
    expect(Math.min(...steps)).toBeGreaterThan(-1.5);
    expect(speeds.reduce((sum, speed) => sum + speed, 0)).toBeCloseTo(23267, 2);
  });
});
