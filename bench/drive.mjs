/** Time a step of the test drive's dynamics in Node: node bench/drive.mjs. The goal is 0.3 ms a step. */

import { loadDynamics } from "../scripts/bundle_dynamics.mjs";

const RUNS = 7;
const STEPS = 120 * 60;
const { readVehicle, vehicleNames, plane, Simulation, idleControls } = await loadDynamics();

/** Milliseconds a step of one minute of bends, bursts and brakes, the read-outs of every step included. */
function time(name) {
  const simulation = new Simulation(readVehicle(name), plane());
  const controls = idleControls();
  const start = performance.now();
  for (let i = 0; i < STEPS; i++) {
    controls.throttle = i % 900 < 700 ? 0.8 : 0;
    controls.brake = i % 900 < 750 ? 0 : 0.7;
    controls.steering = 0.05 * Math.sin(i / 100);
    simulation.step(controls);
    simulation.read();
  }
  return (performance.now() - start) / STEPS;
}

for (const name of vehicleNames) time(name); // warm
for (const name of vehicleNames) {
  const times = Array.from({ length: RUNS }, () => time(name)).sort((a, b) => a - b);
  const [median, best] = [times[RUNS >> 1].toFixed(4), times[0].toFixed(4)];
  console.log(`${name.padEnd(10)} ${median} ms a step (median of ${RUNS}, ${best} at best)`);
}
