/**
 * The figures of a vehicle, as `vehicles.json` writes them: keys carry their unit, so that a program in Python reads
 * the same file. Where each number comes from: docs/test-drive.md.
 */

import file from "./vehicles.json";

/** Shape, mass, ride, steering and brakes. */
export interface BodyFigures {
  readonly length_m: number;
  readonly width_m: number;
  readonly height_m: number;
  readonly wheelbase_m: number;
  readonly track_m: number;
  readonly frontal_area_m2: number;
  readonly air_density_kg_m3: number;
  /** Of the lateral load transfer, the part that the front axle takes. */
  readonly front_roll_share: number;
  readonly roll_rad_per_g: number;
  readonly pitch_rad_per_g: number;
  readonly ride_hz: number;
  /** Damping ratio of heave, pitch and roll. */
  readonly ride_damping: number;
  /** At the road wheels. */
  readonly steer_limit_rad: number;
  readonly steer_rate_rad_s: number;
  /** Deceleration that the whole brake pedal asks for. */
  readonly brake_limit_g: number;
  readonly wheel_inertia_kg_m2: number;
  /** Ready to drive, with a driver of 75 kg. */
  readonly mass_kg: number;
  readonly yaw_inertia_kg_m2: number;
  readonly centre_height_m: number;
  /** Of the weight at rest, the part on the front axle. */
  readonly front_share: number;
  readonly drag_coefficient: number;
  readonly rolling_resistance: number;
}

/** The tyre on a dry road and the wheel that carries it. */
export interface TyreFigures {
  readonly mu_x: number;
  readonly mu_y: number;
  /** Loss of friction for each nominal load above the nominal load. */
  readonly load_sensitivity: number;
  readonly nominal_load_n: number;
  /** Longitudinal stiffness for each newton of load. */
  readonly slip_stiffness: number;
  /** Greatest cornering stiffness, at the peak load. */
  readonly cornering_stiffness_n_rad: number;
  readonly cornering_peak_load_n: number;
  /** Of the peak friction, what is left when the whole contact slides fast. */
  readonly sliding_share: number;
  readonly relaxation_x_m: number;
  readonly relaxation_y_m: number;
  readonly damping_s: number;
  /** Speed at which the rolling resistance has doubled. */
  readonly rolling_growth_m_s: number;
  readonly rolling_radius_m: number;
  readonly rolling_factor: number;
  readonly grip_factor: number;
}

interface DriveFigures {
  readonly driven: "front" | "rear";
  readonly power_kw: number;
  readonly gear_efficiency: number;
  /** Time constant of the torque. */
  readonly response_s: number;
  readonly auxiliary_w: number;
}

/** One motor, one ratio, one battery. */
export interface ElectricFigures extends DriveFigures {
  readonly kind: "electric";
  readonly torque_nm: number;
  /** Up to here constant power; beyond it power falls as 1 / speed. */
  readonly weakening_end_rpm: number;
  readonly limit_rpm: number;
  readonly ratio: number;
  readonly rotor_inertia_kg_m2: number;
  readonly limiter_km_h: number;
  /** Losses: copper T², iron w, windage w³, and those of the inverter. */
  readonly copper_w_nm2: number;
  readonly iron_w_s: number;
  readonly windage_w_s3: number;
  readonly inverter_w: number;
  readonly inverter_share: number;
  readonly battery_kwh: number;
  /** Resistance over voltage squared: loss = this times power squared. */
  readonly battery_loss_per_w: number;
  readonly charge_efficiency: number;
  readonly regeneration_kw: number;
  readonly regeneration_g: number;
}

/** An engine by its full-load curve and a Willans line, and six gears. */
export interface CombustionFigures extends DriveFigures {
  readonly kind: "combustion";
  readonly curve_rpm: readonly number[];
  readonly curve_nm: readonly number[];
  readonly idle_rpm: number;
  readonly launch_rpm: number;
  readonly limit_rpm: number;
  readonly engine_inertia_kg_m2: number;
  readonly gears: readonly number[];
  readonly reverse: number;
  readonly final_drive: number;
  readonly shift_s: number;
  readonly indicated_efficiency: number;
  /** Friction and pumping torque: friction_nm + friction_nm_s2 w². */
  readonly friction_nm: number;
  readonly friction_nm_s2: number;
  readonly tank_l: number;
  readonly fuel_mj_l: number;
}

/** An engine, a planetary gear, two machines and a small battery. */
export interface HybridFigures extends DriveFigures {
  readonly kind: "hybrid";
  /** Greatest torque of engine and motor together at the driven axle. */
  readonly axle_torque_nm: number;
  readonly limiter_km_h: number;
  /** What turns with the driven axle, reflected to it. */
  readonly inertia_kg_m2: number;
  readonly engine_kw: number;
  readonly engine_idle_rpm: number;
  readonly engine_limit_rpm: number;
  readonly indicated_efficiency: number;
  readonly friction_nm: number;
  readonly friction_nm_s2: number;
  readonly ring_to_sun: number;
  readonly ring_ratio: number;
  /** One machine with its inverter, either way. */
  readonly machine_efficiency: number;
  readonly battery_kwh: number;
  readonly battery_kw: number;
  readonly battery_loss_per_w: number;
  readonly charge_target: number;
  readonly charge_low: number;
  readonly charge_high: number;
  /** Charging power asked of the engine for each unit of charge below the target. */
  readonly charge_gain_kw: number;
  readonly engine_start_kw: number;
  readonly engine_least_kw: number;
  readonly regeneration_kw: number;
  readonly regeneration_g: number;
  readonly tank_l: number;
  readonly fuel_mj_l: number;
}

export type PowertrainFigures = ElectricFigures | CombustionFigures | HybridFigures;

export type Mode = "eco" | "normal" | "sport";

/** What a driving mode changes. */
export interface ModeFigures {
  /** Torque asked for = pedal to this power: above 1 gentle, below 1 eager. */
  readonly pedal_exponent: number;
  /** Deceleration by regeneration when the pedal is let go. */
  readonly lift_off_g: number;
  /** Engine speed of an upshift, without and with all of the pedal. */
  readonly upshift_low_rpm: number;
  readonly upshift_high_rpm: number;
  /** Times the power at which a hybrid's engine starts. */
  readonly engine_start_share: number;
  /** A figure for the steering wheel's feel; nothing here uses it. */
  readonly steering_weight: number;
}

/** Consumption and range that the range declares for the vehicle. */
export interface DeclaredFigures {
  readonly kwh_per_100_km?: number;
  readonly l_per_100_km?: number;
  readonly range_km?: number;
}

/** Everything that the dynamics need to know of one vehicle. */
export interface VehicleFigures {
  readonly name: string;
  readonly body: BodyFigures;
  readonly tyre: TyreFigures;
  readonly powertrain: PowertrainFigures;
  readonly modes: Readonly<Record<Mode, ModeFigures>>;
  readonly declared: DeclaredFigures;
}

/** A figure is missing or is not what it should be; the message is a sentence for people. */
export class FiguresInvalid extends Error {
  override readonly name = "FiguresInvalid";
}

type Loose = Readonly<Record<string, unknown>>;

/** The names of the vehicles in the file. */
export const vehicleNames: readonly string[] = Object.keys(file.vehicles);

/** The figures of a vehicle on wheels of 16, 17 or 18 inches. Raises FiguresInvalid. */
export function readVehicle(name: string, inches = 16): VehicleFigures {
  const vehicle = section(file.vehicles, name, "vehicles");
  return checkFigures({
    name,
    body: { ...file.body, ...section(vehicle, "body", name) },
    tyre: { ...file.tyre, ...section(file.wheels, String(inches), "wheels") },
    powertrain: section(vehicle, "powertrain", name),
    modes: file.modes,
    declared: section(vehicle, "declared", name),
  });
}

function section(from: object, key: string, where: string): Loose {
  const found = Object.hasOwn(from, key) ? (from as Loose)[key] : undefined;
  if (typeof found !== "object" || found === null) {
    throw new FiguresInvalid(`There are no figures of ${key} in ${where}.`);
  }
  return found as Loose;
}

const KEYS = {
  body: Object.keys({ ...file.body, ...file.vehicles.ev40.body }),
  tyre: Object.keys({ ...file.tyre, ...file.wheels[16] }),
  electric: Object.keys(file.vehicles.ev40.powertrain),
  combustion: Object.keys(file.vehicles.turbo74.powertrain),
  hybrid: Object.keys(file.vehicles.hybrid105.powertrain),
  mode: Object.keys(file.modes.normal),
} as const;

/** The same record, once every figure is there and is a finite number, not negative. Raises FiguresInvalid. */
export function checkFigures(figures: { readonly [K in keyof VehicleFigures]: unknown }): VehicleFigures {
  const loose = figures as Loose;
  checkNumbers(section(loose, "body", "a vehicle"), KEYS.body);
  checkNumbers(section(loose, "tyre", "a vehicle"), KEYS.tyre);
  const modes = section(loose, "modes", "a vehicle");
  for (const mode of ["eco", "normal", "sport"]) checkNumbers(section(modes, mode, "modes"), KEYS.mode);
  const powertrain = section(loose, "powertrain", "a vehicle");
  const kind = powertrain.kind;
  if (kind !== "electric" && kind !== "combustion" && kind !== "hybrid") {
    throw new FiguresInvalid(`There is no powertrain of kind ${String(kind)}.`);
  }
  if (powertrain.driven !== "front" && powertrain.driven !== "rear") {
    throw new FiguresInvalid("The driven axle is front or rear.");
  }
  checkNumbers(powertrain, KEYS[kind]);
  return figures as VehicleFigures;
}

function checkNumbers(record: Loose, keys: readonly string[]): void {
  for (const key of keys) {
    if (key === "kind" || key === "driven") continue;
    const value = record[key];
    const all: readonly unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
    for (const one of all) {
      if (typeof one !== "number" || !Number.isFinite(one) || one < 0) {
        throw new FiguresInvalid(`The figure ${key} is ${String(one)}, not a number from 0.`);
      }
    }
  }
}
