/** The drive as a whole: it stands still, survives any input, repeats itself, and has not changed unnoticed. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Mode, readVehicle, vehicleNames } from "./figures";
import { goldenDrive, type GoldenDrive } from "./golden";
import { type Ground, plane } from "./ground";
import { pedalFor, pedalTorque } from "./powertrain";
import { type Controls, idleControls, Simulation } from "./simulate";
import { hashTelemetry, type Telemetry } from "./telemetry";

const FOLDER = resolve(__dirname, "../../../../tests/golden/telemetry");

/** Numbers from 0 to 1 that look like chance and are the same every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function run(simulation: Simulation, seconds: number, what: Partial<Controls>): void {
  const controls = { ...idleControls(), ...what };
  for (let i = 0; i < seconds * 120; i++) simulation.step(controls);
}

/** Controls that people, children and broken gamepads give. */
function wildControls(random: () => number): Controls {
  const odd = [NaN, Infinity, -Infinity, 1e9, -5];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const value = (): number => (random() < 0.1 ? pick(odd) : random() < 0.4 ? pick([0, 1]) : random());
  return {
    steering: random() < 0.5 ? value() : -value(),
    throttle: value(),
    brake: random() < 0.6 ? 0 : value(),
    selector: pick(["drive", "drive", "neutral", "reverse"] as const),
    mode: pick(["eco", "normal", "sport"] as const),
    isAutomatic: random() < 0.7,
    shift: pick([-1, 0, 1] as const),
  };
}

/** Steep, rough and slippery in patches. */
const WILD: Ground = {
  sample(x, y, point) {
    point.height = 3 * Math.sin(x / 15) + 2 * Math.cos(y / 11);
    point.slopeX = 0.2 * Math.cos(x / 15);
    point.slopeY = -0.18 * Math.sin(y / 11);
    point.friction = Math.sin(x / 9 + y / 7) > 0.5 ? 0.1 : 1;
  },
};

describe.each(vehicleNames)("%s", (name) => {
  it.each([0, 0.15, -0.15])("stands still under the brake on a slope of %d", (slope) => {
    const simulation = new Simulation(readVehicle(name), plane(slope));
    run(simulation, 2, { brake: 0.5 }); // the tyres bend by some millimetres and hold
    const { x, y } = simulation.body;
    run(simulation, 60, { brake: 0.5 });
    expect(Math.abs(simulation.body.x - x)).toBeLessThan(0.002);
    expect(Math.abs(simulation.body.y - y)).toBeLessThan(1e-9);
    expect(Math.abs(simulation.body.ahead)).toBeLessThan(1e-4);
    expect(Math.abs(x)).toBeLessThan(0.05);
  });

  it("stands still on the level with all feet off, and rolls down a hill", () => {
    const level = new Simulation(readVehicle(name), plane());
    run(level, 30, {});
    expect(Math.abs(level.body.x)).toBeLessThan(1e-6);
    const hill = new Simulation(readVehicle(name), plane(0.08));
    run(hill, 5, { selector: "neutral" });
    const expected = -9.81 * (0.08 - readVehicle(name).body.rolling_resistance) * 5;
    expect(hill.body.ahead / expected).toBeGreaterThan(0.9);
    expect(hill.body.ahead / expected).toBeLessThan(1.02);
  });

  it("stands again after it has stopped, and goes backwards when asked", () => {
    const simulation = new Simulation(readVehicle(name), plane());
    run(simulation, 4, { throttle: 0.6 });
    run(simulation, 6, { brake: 0.6 });
    expect(Math.abs(simulation.body.ahead)).toBeLessThan(1e-4);
    run(simulation, 4, { selector: "reverse", throttle: 0.4 });
    expect(simulation.body.ahead).toBeLessThan(-1);
  });

  it("stays finite and upright under any controls on any ground", () => {
    const random = seeded(name.length * 7919 + name.charCodeAt(0));
    const simulation = new Simulation(readVehicle(name), WILD);
    for (let stretch = 0; stretch < 150; stretch++) {
      const controls = wildControls(random);
      const steps = 1 + Math.floor(random() * 120);
      for (let i = 0; i < steps; i++) simulation.step(controls);
      const { body } = simulation;
      for (const value of Object.values(simulation.read())) expect(Number.isFinite(Number(value))).toBe(true);
      expect(Math.hypot(body.velocityX, body.velocityY)).toBeLessThan(90);
      expect(Math.abs(body.yawRate)).toBeLessThan(12);
      for (const wheel of body.wheels) {
        expect(Math.abs(wheel.spin)).toBeLessThan(400);
        expect(wheel.load).toBeGreaterThanOrEqual(0);
        const limit = 1.2 * 1.1 * wheel.load * Math.max(1, wheel.friction);
        expect(Math.hypot(wheel.force.x, wheel.force.y)).toBeLessThanOrEqual(limit + 1);
      }
    }
  });

  it("drives twice the same drive, and the one that is kept", () => {
    const first = goldenDrive(name);
    expect(goldenDrive(name).hash).toBe(first.hash);
    const kept = JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), "utf-8")) as GoldenDrive;
    expect(first.rows.length).toBe(kept.rows.length);
    first.rows.forEach((row, i) => {
      for (const [key, value] of Object.entries(row)) {
        const other = kept.rows[i]![key]!;
        expect(Math.abs(value - other), `${key} at ${i + 1} s`).toBeLessThanOrEqual(1e-3 + 1e-6 * Math.abs(other));
      }
    });
    expect(first.hash, "run node scripts/write_telemetry.mjs if the change is meant").toBe(kept.hash);
  });
});

describe("pedals", () => {
  it("let the brake win over the accelerator", () => {
    const simulation = new Simulation(readVehicle("ev40"), plane());
    simulation.place(0, 0, 0, 15);
    run(simulation, 1, { throttle: 1, brake: 0.1 });
    expect(simulation.read().power).toBeLessThan(0);
    expect(simulation.body.ahead).toBeLessThan(14.5);
  });

  it.each(["eco", "normal", "sport"] as const)("have a map in %s that the driver can read backwards", (name) => {
    const mode = readVehicle("ev40").modes[name];
    for (const torque of [-300, -100, 0, 50, 900, 1800]) {
      expect(pedalTorque(pedalFor(torque, mode, -300, 1800), mode, -300, 1800)).toBeCloseTo(torque, 6);
    }
    expect(pedalFor(5000, mode, -300, 1800)).toBe(1);
    expect(pedalFor(-900, mode, -300, 1800)).toBe(0);
    expect(pedalFor(10, mode, 0, 0)).toBe(0);
  });

  it("give more in sport than in eco for the same foot", () => {
    const speed = (mode: Mode): number => {
      const simulation = new Simulation(readVehicle("hybrid105"), plane());
      run(simulation, 5, { throttle: 0.4, mode });
      return simulation.body.ahead;
    };
    expect(speed("sport")).toBeGreaterThan(1.3 * speed("eco"));
  });
});

describe("gears", () => {
  it("shift by themselves later in sport than in eco", () => {
    const gearAt = (mode: Mode): number => {
      const simulation = new Simulation(readVehicle("turbo74"), plane());
      while (simulation.body.ahead < 14 && simulation.time < 60) run(simulation, 0.1, { mode, throttle: 0.4 });
      run(simulation, 0.5, { mode, throttle: 0.4 });
      return simulation.powertrain.gear;
    };
    expect(gearAt("eco")).toBeGreaterThan(gearAt("sport"));
  });

  it("change one by one when the driver wants to, never beyond the rev limit", () => {
    const simulation = new Simulation(readVehicle("turbo74"), plane());
    const manual = { isAutomatic: false, throttle: 1 };
    run(simulation, 6, manual);
    expect(simulation.powertrain.gear).toBe(1);
    expect(simulation.powertrain.rpm).toBeLessThan(6500);
    run(simulation, 1 / 120, { ...manual, shift: 1 });
    expect(simulation.powertrain.gear).toBe(0);
    run(simulation, 5, manual);
    expect(simulation.powertrain.gear).toBe(2);
    simulation.place(0, 0, 0, 30);
    run(simulation, 1 / 120, { ...manual, shift: -1 });
    run(simulation, 1, manual);
    expect(simulation.powertrain.gear).toBe(2);
  });
});

describe("the hash", () => {
  const row = (): Telemetry => new Simulation(readVehicle("ev40"), plane()).read();

  it("differs where a number differs in the fourth decimal, whatever its size and sign", () => {
    for (const value of [0.0001, -0.0001, 1e6, -1e6, 429496.7296]) {
      expect(hashTelemetry([{ ...row(), x: value }])).not.toBe(hashTelemetry([row()]));
    }
    expect(hashTelemetry([{ ...row(), x: 0.00001 }])).toBe(hashTelemetry([row()]));
    expect(hashTelemetry([{ ...row(), x: -0 }])).toBe(hashTelemetry([row()]));
  });

  it("is FNV-1a", () => {
    expect(hashTelemetry([])).toBe("811c9dc5");
  });
});
