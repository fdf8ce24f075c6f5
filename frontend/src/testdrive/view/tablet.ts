/** The tablet in the car: its screen is drawn on a canvas a few times a second and lies on the material `tablet`. */

import { CanvasTexture, Color, type Material, MeshStandardMaterial, SRGBColorSpace } from "three";

/** Lines of the screen, ready to be read. */
export interface TabletWords {
  readonly speed: string;
  readonly unit: string;
  readonly limit: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  /** 0 to 1, of battery or tank. */
  readonly charge: number;
  readonly direction: "ltr" | "rtl";
}

const [WIDTH, HEIGHT] = [512, 300];
const EVERY = 0.2; // s

export class Tablet {
  readonly #texture: CanvasTexture;
  readonly #context: CanvasRenderingContext2D;
  #drawn = -1;

  constructor(materials: readonly Material[]) {
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    this.#context = canvas.getContext("2d")!;
    this.#texture = new CanvasTexture(canvas);
    this.#texture.colorSpace = SRGBColorSpace;
    this.#texture.flipY = false; // as glTF has it
    for (const material of materials) {
      if (!(material instanceof MeshStandardMaterial)) continue;
      material.emissiveMap = this.#texture;
      material.emissive = new Color(1, 1, 1);
      material.emissiveIntensity = 1;
      material.color = new Color(0, 0, 0);
      material.needsUpdate = true;
    }
  }

  show(words: TabletWords, time: number): void {
    if (time >= this.#drawn && time < this.#drawn + EVERY) return;
    this.#drawn = time;
    const c = this.#context;
    c.fillStyle = "#12140f";
    c.fillRect(0, 0, WIDTH, HEIGHT);
    c.direction = words.direction;
    c.fillStyle = "#efede6";
    c.textAlign = "left";
    c.font = "500 128px Archivo, 'Readex Pro', sans-serif";
    c.fillText(words.speed, 28, 140);
    c.fillStyle = "#aeb0a3";
    c.font = "400 26px Archivo, 'Readex Pro', sans-serif";
    c.fillText(words.unit, 30, 178);
    this.#limit(words.limit);
    words.rows.forEach(({ label, value }, i) => this.#row(label, value, 60 + i * 62));
    c.fillStyle = "#363a2f";
    c.fillRect(28, HEIGHT - 40, WIDTH - 56, 10);
    c.fillStyle = "#d8d12f";
    c.fillRect(28, HEIGHT - 40, (WIDTH - 56) * words.charge, 10);
    this.#texture.needsUpdate = true;
  }

  #limit(limit: string): void {
    const c = this.#context;
    c.lineWidth = 8;
    c.strokeStyle = "#c8483c";
    c.beginPath();
    c.arc(62, 218, 26, 0, 2 * Math.PI);
    c.stroke();
    c.fillStyle = "#efede6";
    c.textAlign = "center";
    c.font = "600 26px Archivo, sans-serif";
    c.fillText(limit, 62, 227);
  }

  #row(label: string, value: string, y: number): void {
    const c = this.#context;
    c.textAlign = "right";
    c.fillStyle = "#aeb0a3";
    c.font = "400 20px Archivo, 'Readex Pro', sans-serif";
    c.fillText(label, WIDTH - 28, y - 26);
    c.fillStyle = "#efede6";
    c.font = "500 30px Archivo, 'Readex Pro', sans-serif";
    c.fillText(value, WIDTH - 28, y + 4);
  }

  dispose(): void {
    this.#texture.dispose();
  }
}
