/** A drive as a whole: the autopilot goes round every route as people do; same again; in the mirror; nothing escapes. */

import { describe, expect, it } from "vitest";
import { Drive, type DriveOptions, type ReadOuts } from "./drive";
import { hashTelemetry, idleControls, type Telemetry, vehicleNames } from "./dynamics";
import { ROUTES } from "./routes/route";
import { seeded } from "./seeded";

const OPTIONS: DriveOptions = {
  route: "coast",
  side: "right",
  isMiles: false,
  weather: "day",
  vehicle: "ev52",
  inches: 17,
  seed: 7,
};

/** Let the autopilot drive for some seconds and keep a row of every tenth of a second. */
function guide(drive: Drive, seconds: number): ReadOuts[] {
  const rows: ReadOuts[] = [];
  for (let i = 0; i < seconds * 120; i++) {
    drive.guide();
    if (i % 12 === 0) rows.push(drive.read());
  }
  return rows;
}

describe.each(ROUTES)("the autopilot on the route %s", (route) => {
  const drive = new Drive({ ...OPTIONS, route });
  const seconds = { coast: 330, city: 260, motorway: 260 }[route];
  const rows = guide(drive, seconds);

  it("comes round", () => {
    expect(rows.at(-1)!.lap).toBeGreaterThan(1);
    expect(drive.moments.count("lap")).toBe(1);
  });

  it("keeps its lane, but to overtake", () => {
    const lanes = Array.from({ length: drive.route.lanes }, (_, lane) => drive.route.lane(lane));
    const inLane = rows.filter((row) => lanes.some((lane) => Math.abs(row.offset - lane) < 0.6));
    expect(inLane.length / rows.length).toBeGreaterThan(drive.route.lanes > 1 ? 0.85 : 0.995);
    expect(drive.moments.count("off_road")).toBe(0);
  });

  it("keeps to the limits, touches nobody, runs no red light", () => {
    for (const row of rows) expect(row.speed).toBeLessThan(1.04 * row.limit + 0.3);
    expect(drive.moments.count("bumped")).toBe(0);
    expect(drive.moments.count("ran_red")).toBe(0);
  });

  it("drives so that nothing falls over", () => {
    const felt = rows.map(({ telemetry }) => Math.hypot(telemetry.feltAhead, telemetry.feltLeft));
    expect(Math.max(...felt)).toBeLessThan(4.6);
    expect(rows.at(-1)!.eco).toBeGreaterThan(55);
  });

  it("passes every sight and tells the best of it", () => {
    const passed = drive.moments.all.filter((one) => one.kind === "sight").map((one) => one.name);
    expect(passed).toEqual(expect.arrayContaining(drive.route.file.sights.map((sight) => sight.name)));
    expect(drive.moments.best().length).toBe(4);
  });
});

describe("a drive", () => {
  it("repeats itself to the last bit", () => {
    const hash = (seed: number): string => {
      const drive = new Drive({ ...OPTIONS, route: "city", seed });
      const rows: Telemetry[] = [];
      for (let i = 0; i < 120 * 40; i++) {
        drive.guide();
        rows.push(drive.simulation.read());
      }
      return hashTelemetry(rows);
    };
    expect(hash(3)).toBe(hash(3));
    expect(hash(3)).not.toBe(hash(4));
  });

  it("is the mirror image where one drives on the left", () => {
    const right = guide(new Drive(OPTIONS), 30).at(-1)!.telemetry;
    const left = guide(new Drive({ ...OPTIONS, side: "left" }), 30).at(-1)!.telemetry;
    expect(left.distance).toBeCloseTo(right.distance, 3);
    expect(left.x).toBeCloseTo(right.x, 2);
    expect(left.y).toBeCloseTo(-right.y, 2);
  });

  it.each(vehicleNames)("goes with %s in every mode, and sport is faster than eco", (vehicle) => {
    const far = (mode: "eco" | "sport"): number => {
      const drive = new Drive({ ...OPTIONS, vehicle, inches: 16 });
      drive.mode = mode;
      return guide(drive, 40).at(-1)!.distance;
    };
    expect(far("eco")).toBeGreaterThan(250);
    expect(far("sport")).toBeGreaterThan(far("eco"));
  });

  it("keeps the car on the road and out of the others whatever is pressed", () => {
    for (const route of ROUTES) {
      const drive = new Drive({ ...OPTIONS, route, weather: "rain" });
      const random = seeded(11);
      let controls = idleControls();
      for (let i = 0; i < 120 * 60; i++) {
        if (i % 60 === 0) controls = { ...idleControls(), steering: 2 * random() - 1, throttle: random(), brake: random() < 0.2 ? 1 : 0 };
        drive.step({ ...controls });
        expect(Math.abs(drive.seen.offset)).toBeLessThan(drive.route.edge);
      }
      const read = drive.read();
      for (const value of [read.speed, read.used, read.range, read.eco, read.station]) expect(Number.isFinite(value)).toBe(true);
      expect(drive.moments.count("off_road")).toBeGreaterThan(0);
      expect(drive.moments.best().every((one) => one.kind !== "off_road")).toBe(true);
    }
  });

  it("stays where it is until the accelerator is touched, creeps after it, and stands again when reset", () => {
    const drive = new Drive(OPTIONS);
    for (let i = 0; i < 600; i++) drive.step(idleControls());
    expect(drive.read().distance).toBeLessThan(0.05);
    for (let i = 0; i < 60; i++) drive.step({ ...idleControls(), throttle: 0.3 });
    for (let i = 0; i < 1200; i++) drive.step(idleControls());
    expect(drive.read().distance).toBeGreaterThan(3);
    drive.reset();
    expect(drive.read().speed).toBeLessThan(0.01);
    expect(drive.seen.offset).toBe(drive.route.lane(0));
  });

  it("loses range as it drives and knows what it used", () => {
    const drive = new Drive(OPTIONS);
    const before = drive.read();
    const after = guide(drive, 60).at(-1)!;
    expect(before.mean).toBeNaN();
    expect(after.used).toBeGreaterThan(0);
    expect(after.charge).toBeLessThan(before.charge);
    expect(after.mean).toBeCloseTo((after.used / after.distance) * 1e5, 9);
    expect(before.range).toBeGreaterThan(200);
  });
});
