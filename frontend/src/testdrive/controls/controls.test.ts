/** Hands: what keys, pads, fingers and a tilted phone mean, and that nothing stays pressed when one of them vanishes. */

import { describe, expect, it } from "vitest";
import { readVehicle } from "../dynamics";
import { Fingers } from "./fingers";
import { Gamepads, type PadLike } from "./gamepad";
import { combine, Hands, newWish } from "./hands";
import { type Key, Keyboard } from "./keyboard";

const STEP = 1 / 120;

const key = (code: string, letter = code, repeat = false): Key => ({ code, key: letter, repeat });

describe("keys", () => {
  it("drive by their place, whatever is printed on them", () => {
    const keys = new Keyboard();
    for (const [left, gas] of [["ArrowLeft", "ArrowUp"], ["KeyA", "KeyW"]] as const) {
      expect(keys.press(key(left))).toBe("drive");
      keys.press(key(gas, gas, true));
      expect(keys.wish).toMatchObject({ steering: 1, throttle: 1, brake: 0 });
      keys.lift(left);
      keys.lift(gas);
    }
    expect(keys.wish).toMatchObject({ steering: 0, throttle: 0 });
  });

  it("command once a press, and are let go with the page", () => {
    const keys = new Keyboard();
    expect(keys.press(key("KeyC", "c"))).toBe("camera");
    expect(keys.press(key("KeyC", "c", true))).toBeNull();
    expect(keys.press(key("F5"))).toBeNull();
    keys.press(key("KeyW", "w"));
    keys.liftAll();
    expect(keys.wish.throttle).toBe(0);
  });
});

describe("keys of other languages", () => {
  it("command by the letter that is printed on them", () => {
    const keys = new Keyboard();
    expect(keys.press(key("Semicolon", "m"))).toBe("mode"); // French
    expect(keys.press(key("KeyM", ","))).toBeNull();
    expect(keys.press(key("KeyE", "E"))).toBe("shiftUp"); // with capitals
    expect(keys.press(key("KeyX", "x"))).toBe("shiftDown");
    expect(keys.press(key("KeyP", "ح"))).toBe("pause"); // Arabic: the Latin letter stands beside it
  });

  it("steer before they command: Q of a French keyboard is to the left", () => {
    const keys = new Keyboard();
    expect(keys.press(key("KeyA", "q"))).toBe("drive");
    expect(keys.wish.steering).toBe(1);
  });
});

describe("a gamepad", () => {
  const pad = (axes: number[], pressed: Record<number, number> = {}): PadLike => ({
    connected: true,
    axes,
    buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: (pressed[i] ?? 0) > 0.5, value: pressed[i] ?? 0 })),
  });

  it("has a dead zone and fine steering in the middle", () => {
    const pads = new Gamepads();
    pads.read([null, pad([0.1, 0, -0.05])]);
    expect(pads.wish.steering).toBeCloseTo(0, 12);
    expect(pads.look).toBeCloseTo(0, 12);
    pads.read([pad([-1], { 7: 0.6 })]);
    expect(pads.wish).toMatchObject({ steering: 1, throttle: 0.6, brake: 0, isAnalogue: true });
    pads.read([pad([0.56])]);
    expect(pads.wish.steering).toBeCloseTo(-0.25, 6);
  });

  it("commands at the press, not while it lasts", () => {
    const pads = new Gamepads();
    expect(pads.read([pad([], { 3: 1 })])).toEqual(["camera"]);
    expect(pads.read([pad([], { 3: 1 })])).toEqual([]);
  });

  it("pauses the drive and lets everything go when it vanishes", () => {
    const pads = new Gamepads();
    pads.read([pad([-1], { 7: 1 })]);
    expect(pads.read([null])).toEqual(["pause"]);
    expect(pads.wish).toEqual(newWish());
    expect(pads.read([])).toEqual([]);
  });
});

describe("fingers", () => {
  it("turn the wheel on the left, press the pedals on the right", () => {
    const fingers = new Fingers();
    fingers.press(1, 0.2, 0.7);
    fingers.move(1, 0.12, 0.7);
    expect(fingers.wish.steering).toBeCloseTo(0.5, 6);
    fingers.press(2, 0.9, 0.6);
    fingers.move(2, 0.9, 0.45);
    expect(fingers.wish.throttle).toBeCloseTo(0.75, 6);
    fingers.move(2, 0.9, 0.9);
    expect(fingers.wish.throttle).toBe(0);
    expect(fingers.wish.brake).toBeCloseTo(0.75, 6);
    fingers.liftAll();
    expect(fingers.wish).toMatchObject({ steering: 0, throttle: 0, brake: 0 });
  });

  it("leave the wheel to a tilted phone, which is level within two degrees", () => {
    const fingers = new Fingers();
    fingers.tilt(1.5);
    expect(fingers.wish.steering).toBeCloseTo(0, 12);
    fingers.tilt(90);
    expect(fingers.wish.steering).toBe(-1);
    fingers.press(1, 0.2, 0.5);
    fingers.move(1, 0, 0.5);
    expect(fingers.wish.steering).toBe(-1);
    fingers.tilt(null);
    expect(fingers.wish.steering).toBe(0);
  });
});

describe("hands", () => {
  const hold = (hands: Hands, wish: object, speed: number, seconds: number, bend = 0): Hands["controls"] => {
    for (let i = 0; i < seconds * 120; i++) hands.hold({ ...newWish(), ...wish }, speed, bend, STEP);
    return hands.controls;
  };

  it("turn the wheel less the faster the car is", () => {
    const slow = hold(new Hands(readVehicle("ev40")), { steering: 1 }, 3, 3).steering;
    const fast = hold(new Hands(readVehicle("ev40")), { steering: 1 }, 30, 3).steering;
    expect(slow).toBeGreaterThan(0.8);
    expect(fast).toBeLessThan(0.04);
    expect(fast).toBeGreaterThan(0.01);
  });

  it("press pedals as a foot does, and let go faster", () => {
    const hands = new Hands(readVehicle("ev40"));
    expect(hold(hands, { throttle: 1 }, 10, 0.2).throttle).toBeCloseTo(0.48, 1);
    expect(hold(hands, { throttle: 1 }, 10, 0.5).throttle).toBe(1);
    expect(hold(hands, {}, 10, 0.2).throttle).toBe(0);
  });

  it("follow the road's bend when nobody steers, unless that is not wanted", () => {
    const hands = new Hands(readVehicle("ev40"));
    expect(hold(hands, {}, 15, 2, 0.02).steering).toBeCloseTo(0.02, 6);
    hands.isHelped = false;
    expect(hold(hands, {}, 15, 2, 0.02).steering).toBeCloseTo(0, 6);
  });

  it("go backwards when the brake is pressed anew in a car that stands, and ahead again", () => {
    const hands = new Hands(readVehicle("ev40"));
    hold(hands, { brake: 1 }, 10, 0.5);
    expect(hold(hands, { brake: 1 }, 0, 1).selector).toBe("drive"); // still the same press
    hold(hands, {}, 0, 0.5);
    expect(hold(hands, { brake: 1 }, 0, 0.5)).toMatchObject({ selector: "reverse", throttle: 1, brake: 0 });
    hold(hands, {}, -2, 0.5);
    expect(hold(hands, { throttle: 1 }, -2, 0.5)).toMatchObject({ selector: "reverse", brake: 1 });
    expect(hold(hands, { throttle: 1 }, 0, 0.5)).toMatchObject({ selector: "drive", throttle: 1 });
  });

  it("hear whoever does something", () => {
    const stick = { ...newWish(), isAnalogue: true };
    const keys = { ...newWish(), steering: -1, throttle: 1 };
    expect(combine([stick, keys])).toMatchObject({ steering: -1, throttle: 1, isAnalogue: false });
    expect(combine([{ ...stick, throttle: 0.3 }, newWish()])).toMatchObject({ throttle: 0.3, isAnalogue: true });
  });
});
