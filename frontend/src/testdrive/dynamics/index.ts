/** Vehicle dynamics of the test drive: what pages, workers and scripts import. */

export { StepClock } from "./clock";
export { type CycleResult, driveCycle, used } from "./cycle";
export { SpeedDriver } from "./driver";
export { checkFigures, FiguresInvalid, type Mode, readVehicle, type VehicleFigures, vehicleNames } from "./figures";
export { goldenDrive, type GoldenDrive } from "./golden";
export { DRY, type Ground, type GroundPoint, plane, WET } from "./ground";
export { clamp } from "./powertrain";
export { type Controls, idleControls, Simulation, STEP } from "./simulate";
export { hashTelemetry, roundRow, type Telemetry } from "./telemetry";
export { PHASES, wltcLikeCycle } from "./wltc";
