/** The end of a drive: once, for good, and kept only where there is something to keep. */

import { expect, it, vi } from "vitest";
import { Drive } from "../drive";
import { isWorthKeeping } from "./result";
import { type Listener, Session } from "./session";

function start(stretch: number): { session: Session; listener: Listener } {
  const drive = new Drive({ route: "coast", side: "right", isMiles: false, weather: "day", vehicle: "ev52", inches: 17, seed: 7 });
  const listener = { moment: vi.fn(), report: vi.fn(), paused: vi.fn(), finished: vi.fn() };
  return { session: new Session(drive, true, stretch, listener), listener };
}

it("is told once, however often the visitor asks for it", () => {
  const { session, listener } = start(1000);
  session.pause(false);
  session.advance(5);
  session.finish();
  session.finish();
  expect(listener.finished).toHaveBeenCalledTimes(1);
  expect(session).toMatchObject({ isFinished: true, isPaused: true });
});

it("is final: neither time nor play moves the car on", () => {
  const { session } = start(1000);
  session.pause(false);
  session.advance(5);
  session.finish();
  const { time } = session.drive;
  session.pause(false);
  session.frame(1);
  session.advance(5);
  expect(session.isPaused).toBe(true);
  expect(session.drive.time).toBe(time);
});

it("comes by itself when the stretch is driven, and is not told again", () => {
  const { session, listener } = start(60);
  session.pause(false);
  session.advance(30);
  session.finish();
  expect(listener.finished).toHaveBeenCalledTimes(1);
  expect(session.drive.travelled).toBeGreaterThanOrEqual(60);
  expect(session.drive.travelled).toBeLessThan(61);
});

it("leaves nothing to keep of a drive of a few metres", () => {
  expect(isWorthKeeping({ distance: 0 })).toBe(false);
  expect(isWorthKeeping({ distance: 149 })).toBe(false);
  expect(isWorthKeeping({ distance: 150 })).toBe(true);
});
