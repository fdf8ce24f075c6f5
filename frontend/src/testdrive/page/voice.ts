/**
 * What one hears: an engine's strokes or a motor's whine, the tyres, the wind. It follows engine speed, load and speed;
 * nothing is a recording. Silent until the visitor asks for it.
 */

import type { ReadOuts } from "../drive";
import type { VehicleFigures } from "../dynamics";

const SOON = 0.06; // s within which a sound follows
const STROKES = 1.5; // firings for each turn of a three-cylinder engine
const WHINE = 8; // poles that a motor is heard by, for each turn
const LOUDEST = 0.22;

export class Voice {
  #context: AudioContext | null = null;
  #tones: { node: OscillatorNode; times: number }[] = [];
  #toneGain: GainNode | null = null;
  #filter: BiquadFilterNode | null = null;
  #roll: GainNode | null = null;
  #out: GainNode | null = null;
  readonly #kind: VehicleFigures["powertrain"]["kind"];
  readonly #power: number;

  constructor(vehicle: VehicleFigures) {
    this.#kind = vehicle.powertrain.kind;
    this.#power = vehicle.powertrain.power_kw * 1000;
  }

  get isOn(): boolean {
    return this.#context?.state === "running" && (this.#out?.gain.value ?? 0) > 0;
  }

  /** Begin to sound; false where the browser has no sound. To be called by a press of a button. */
  async start(): Promise<boolean> {
    try {
      this.#context ??= this.#build();
      await this.#context.resume();
      this.#out!.gain.value = LOUDEST;
      return true;
    } catch {
      return false;
    }
  }

  stop(): void {
    if (this.#out) this.#out.gain.value = 0;
    void this.#context?.suspend().catch(() => undefined);
  }

  close(): void {
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }

  follow(read: ReadOuts): void {
    const context = this.#context;
    if (!context || context.state !== "running") return;
    const { rpm, power } = read.telemetry;
    const load = Math.min(1, Math.abs(power) / this.#power);
    const isMotor = this.#kind === "electric" || rpm === 0;
    const base = isMotor ? Math.max(20, (read.speed * 9 * WHINE) / 3) : (rpm / 60) * STROKES;
    const now = context.currentTime;
    for (const { node, times } of this.#tones) node.frequency.setTargetAtTime(base * times, now, SOON);
    const loud = isMotor ? 0.1 * load + 0.03 * Math.min(1, read.speed / 8) : 0.3 + 0.6 * load;
    this.#toneGain!.gain.setTargetAtTime(loud, now, SOON);
    this.#filter!.frequency.setTargetAtTime(isMotor ? 2600 : 260 + 1500 * load + rpm / 8, now, SOON);
    this.#roll!.gain.setTargetAtTime(Math.min(0.55, (read.speed / 36) ** 1.5 * 0.5), now, SOON);
  }

  #build(): AudioContext {
    const context = new AudioContext();
    this.#out = new GainNode(context, { gain: 0 });
    this.#out.connect(context.destination);
    this.#toneGain = new GainNode(context, { gain: 0 });
    this.#filter = new BiquadFilterNode(context, { type: "lowpass", frequency: 600, Q: 0.8 });
    this.#toneGain.connect(this.#filter).connect(this.#out);
    const isMotor = this.#kind === "electric";
    const orders = isMotor ? [1, 2.01, 3.5] : [0.5, 1, 2, 3];
    for (const [i, times] of orders.entries()) {
      const node = new OscillatorNode(context, { type: isMotor ? "sine" : i < 2 ? "sawtooth" : "triangle", frequency: 40 });
      node.connect(new GainNode(context, { gain: 0.5 / (i + 1) })).connect(this.#toneGain);
      node.start();
      this.#tones.push({ node, times });
    }
    this.#roll = new GainNode(context, { gain: 0 });
    const noise = new AudioBufferSourceNode(context, { buffer: makeNoise(context), loop: true });
    noise.connect(new BiquadFilterNode(context, { type: "lowpass", frequency: 520 })).connect(this.#roll).connect(this.#out);
    noise.start();
    return context;
  }
}

/** Two seconds of hiss for tyres and wind; what it is exactly, nobody hears. */
function makeNoise(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, 2 * context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = 2 * Math.random() - 1;
  return buffer;
}
