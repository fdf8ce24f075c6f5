/** What the server gives the page of a drive: the car, the market's side and units, words, addresses. */

import type { DrivingSide } from "../routes/route";

export interface Kit {
  readonly car: {
    /** Key of `vehicles.json`, and the rims' inches. */
    readonly figures: string;
    readonly inches: number;
    readonly title: string;
    /** Of the paint, as CSS writes it. */
    readonly colour: string;
    readonly values: Readonly<Record<string, string>>;
    /** Address of its file; empty where there is none. */
    readonly file: string;
  };
  readonly side: DrivingSide;
  readonly isMiles: boolean;
  readonly gallon: number;
  readonly tag: string;
  readonly direction: "ltr" | "rtl";
  /** Where results are posted to. */
  readonly results: string;
  readonly words: Readonly<Record<string, string>>;
}

/** The kit of the page; null when it is not there or cannot be read. */
export function readKit(source: string | null | undefined): Kit | null {
  try {
    const kit = JSON.parse(source ?? "") as Kit;
    return typeof kit.car.figures === "string" && typeof kit.words === "object" ? kit : null;
  } catch {
    return null;
  }
}

/** The words of the page with what they speak of put in: `{n} km` and 12. A missing word is its own key. */
export function say(kit: Kit, key: string, values: Readonly<Record<string, string>> = {}): string {
  const text = kit.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

const MILE = 1609.344; // m
const MPH = 0.44704; // m/s

/** Amounts as the market writes them. */
export class Amounts {
  readonly #kit: Kit;

  constructor(kit: Kit) {
    this.#kit = kit;
  }

  number(value: number, digits = 0): string {
    return new Intl.NumberFormat(this.#kit.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  }

  /** m/s as a number of the market's unit. */
  bareSpeed(speed: number): string {
    return this.number(speed / (this.#kit.isMiles ? MPH : 1 / 3.6));
  }

  speed(speed: number): string {
    return say(this.#kit, this.#kit.isMiles ? "mph" : "km_h", { n: this.bareSpeed(speed) });
  }

  get speedUnit(): string {
    return say(this.#kit, this.#kit.isMiles ? "mph" : "km_h", { n: "" }).trim();
  }

  /** m */
  distance(metres: number): string {
    const length = metres / (this.#kit.isMiles ? MILE : 1000);
    return say(this.#kit, this.#kit.isMiles ? "mi" : "km", { n: this.number(length, length < 100 ? 1 : 0) });
  }

  /** For 100 km in kWh or l; in the miles' market kWh for 100 miles, or miles to the gallon. */
  consumption(per100km: number, unit: "kWh" | "l"): string {
    if (!Number.isFinite(per100km)) return "–";
    const kit = this.#kit;
    const value = Math.max(0, per100km);
    if (!kit.isMiles) return say(kit, unit === "kWh" ? "kwh_100_km" : "l_100_km", { n: this.number(value, 1) });
    if (unit === "kWh") return say(kit, "kwh_100_mi", { n: this.number((value * MILE) / 1000, 1) });
    const perGallon = (kit.gallon * 100_000) / Math.max(value, 0.1) / MILE;
    return say(kit, "mpg", { n: this.number(Math.min(999, perGallon)) });
  }

  /** Minutes and seconds. */
  time(seconds: number): string {
    const whole = Math.floor(seconds);
    return `${this.number(Math.floor(whole / 60))}:${this.number(whole % 60).padStart(2, this.number(0))}`;
  }
}
