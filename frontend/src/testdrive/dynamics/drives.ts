/** The powertrain that a vehicle's figures describe. */

import { CombustionDrive } from "./combustion";
import { ElectricDrive } from "./electric";
import type { VehicleFigures } from "./figures";
import { HybridDrive } from "./hybrid";
import type { Powertrain } from "./powertrain";

export function makePowertrain(vehicle: VehicleFigures): Powertrain {
  const figures = vehicle.powertrain;
  switch (figures.kind) {
    case "electric":
      return new ElectricDrive(figures, vehicle);
    case "combustion":
      return new CombustionDrive(figures, vehicle);
    case "hybrid":
      return new HybridDrive(figures, vehicle);
  }
}
