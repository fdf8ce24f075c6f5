/** The scene of a drive: everything that is drawn, put together once and moved a frame at a time. */

import {
  AmbientLight,
  DataTexture,
  DirectionalLight,
  FloatType,
  Fog,
  Group,
  HemisphereLight,
  LinearFilter,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  type Object3D,
  PerspectiveCamera,
  PMREMGenerator,
  RGBAFormat,
  Scene,
  Vector3,
  type WebGLRenderer,
  EquirectangularReflectionMapping,
} from "three";
import type { Car } from "../../scene/car";
import type { Drive } from "../drive";
import { Land } from "../scenery/land";
import { type PlantKind, Planting } from "../scenery/planting";
import { fillAir, makeSky, makeWater } from "./atmosphere";
import { CameraMan, type Pose } from "./cameras";
import { makeContactShadow, makeStandIn, OthersView } from "./cars";
import { Furniture } from "./furniture";
import { makeGlow } from "./glow";
import { makeGround, makeHorizon, makeSea } from "./ground";
import { Builder } from "./houses";
import { type Light, lightOf } from "./palette";
import { makePlant } from "./plants";
import { Rain } from "./rain";
import { layVerges, makeRoad, Shade } from "./road";
import { Scatter } from "./scatter";
import { Shape } from "./shape";
import { putSigns, TrafficLightsView, TurbinesView } from "./signals";
import { Tablet, type TabletWords } from "./tablet";

const FAR = 6000; // m
const REACH = 620; // m up to which plants are drawn
const MOST: Readonly<Record<PlantKind, readonly [near: number, far: number]>> = {
  oak: [26, 280],
  pine: [28, 260],
  birch: [34, 280],
  bush: [30, 140],
  gorse: [50, 140],
  stone: [30, 60],
};
const BACK = 0.12; // m behind the driver's eyes: a screen shows less than two eyes see
const CHOOSE_EVERY = 0.2; // s

export class World {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(52, 16 / 9, 0.25, FAR);
  readonly cameraMan: CameraMan;
  readonly #drive: Drive;
  readonly #light: Light;
  readonly #car = new Group();
  readonly #scatters: Scatter[] = [];
  readonly #others: OthersView;
  readonly #signals: TrafficLightsView;
  readonly #turbines: TurbinesView;
  readonly #sky: Mesh;
  readonly #rain: Rain | null;
  readonly #shadow: Mesh;
  readonly #clock = { value: 0 };
  #tablet: Tablet | null = null;
  #body: Car | null = null;
  #spin = 0;
  #chosen = -1;
  readonly #ahead = new Vector3();

  constructor(drive: Drive, renderer: WebGLRenderer) {
    this.#drive = drive;
    const { route } = drive;
    const light = lightOf(drive.options.weather);
    this.#light = light;
    fillAir(light);
    renderer.toneMappingExposure = light.exposure;
    this.scene.fog = new Fog(light.horizon);
    this.scene.environment = makeEnvironment(renderer, light);
    this.cameraMan = new CameraMan(this.camera, drive.options.side === "left" ? "right" : "left");
    this.#sky = makeSky(light);
    const land = new Land(route);
    const planting = new Planting(route, land);
    this.scene.add(this.#sky, this.#car, ...makeLamps(light), makeGround(route, land), makeHorizon(route));
    const sea = makeSea(route, makeWater(light, this.#clock));
    if (sea) this.scene.add(sea);
    this.#build(planting, land);
    this.#plant(planting);
    this.#others = new OthersView(this.scene, drive.traffic, route, light);
    this.#signals = new TrafficLightsView(this.scene, route, drive.lights);
    this.#turbines = new TurbinesView(this.scene, route, land);
    putSigns(this.scene, route, drive.options.isMiles);
    this.#rain = light.isWet ? new Rain() : null;
    if (this.#rain) this.scene.add(this.#rain.mesh);
    const { geometry, material } = makeContactShadow();
    this.#shadow = new Mesh(geometry, material);
    this.#car.add(this.#shadow);
  }

  #build(planting: Planting, land: Land): void {
    const { route } = this.#drive;
    const light = this.#light;
    const shade = new Shade(route, planting.plants, light);
    const furniture = new Furniture(route, land, light);
    const verges = new Shape();
    layVerges(verges, route, shade);
    const builder = new Builder(light);
    for (const house of planting.houses) builder.build(house);
    const matt = new MeshLambertMaterial({ vertexColors: true });
    const bright = new MeshBasicMaterial({ vertexColors: true });
    const solids: readonly [Shape, MeshLambertMaterial | MeshBasicMaterial][] = [
      [verges, matt],
      [furniture.solid, matt],
      [furniture.shining, bright],
      [builder.walls, matt],
      [builder.panes, bright],
    ];
    for (const [shape, material] of solids) if (shape.triangles > 0) this.scene.add(new Mesh(shape.geometry(), material));
    const glow = makeGlow(furniture.lamps, light);
    if (glow) this.scene.add(glow);
    this.scene.add(makeRoad(route, light, shade));
  }

  #plant(planting: Planting): void {
    const material = new MeshLambertMaterial({ vertexColors: true });
    for (const kind of Object.keys(MOST) as PlantKind[]) {
      const plants = planting.plants.filter((plant) => plant.kind === kind);
      if (plants.length === 0) continue;
      const [near, far] = MOST[kind];
      const fine = { geometry: makePlant(kind, true).geometry(), most: near };
      const coarse = { geometry: makePlant(kind, false).geometry(), most: far };
      const reach = kind === "bush" || kind === "gorse" || kind === "stone" ? 240 : REACH;
      const scatter = new Scatter(plants, fine, coarse, material, reach);
      scatter.addTo(this.scene);
      this.#scatters.push(scatter);
    }
  }

  /** Show the visitor's car; without a file, one by code in the chosen colour. */
  showCar(car: Car | null, colour: string): void {
    this.#body = car;
    this.#tablet?.dispose();
    this.#tablet = null;
    for (const before of this.#car.children.filter((child) => child !== this.#shadow)) {
      this.#car.remove(before);
      disposeOf(before);
    }
    const body: Object3D = car ? car.root : makeStandIn(colour);
    this.#car.add(body);
    if (!car) return;
    const eye: unknown = car.root.userData["eye"]; // in the car's axes: left, up, ahead
    if (Array.isArray(eye)) this.cameraMan.seat = [Number(eye[2]) - BACK, Math.abs(Number(eye[0])), Number(eye[1])];
    const { lamps } = this.#light;
    car.light("daylight", 1);
    car.light("beam", lamps);
    this.#tablet = new Tablet(car.materials("tablet"));
  }

  /** The visitor's car where its file was read. */
  get body(): Car | null {
    return this.#body;
  }

  get isInside(): boolean {
    return this.cameraMan.view === "inside";
  }

  /** Everything to where the drive is now; some seconds since the last time. */
  update(seconds: number, braking: number, words: () => TabletWords): void {
    const { simulation, time } = this.#drive;
    const { body } = simulation;
    this.#clock.value = time;
    const pose = this.#placeCar(seconds, braking);
    this.cameraMan.place(pose, seconds);
    this.#others.update();
    this.#signals.update(time);
    this.#turbines.update(time);
    this.#rain?.update(time, body.velocityX, -body.velocityY);
    this.#tablet?.show(words(), time);
    this.#sky.position.copy(this.camera.position);
    if (time < this.#chosen || time >= this.#chosen + CHOOSE_EVERY || this.#chosen < 0 || seconds === 0) this.#choose();
  }

  #choose(): void {
    this.#chosen = this.#drive.time;
    this.camera.updateMatrixWorld();
    this.camera.getWorldDirection(this.#ahead);
    for (const scatter of this.#scatters) scatter.choose(this.camera.position, this.#ahead);
  }

  #placeCar(seconds: number, braking: number): Pose {
    const { simulation, route } = this.#drive;
    const { body } = simulation;
    const half = simulation.vehicle.body.wheelbase_m / 2 - simulation.vehicle.body.wheelbase_m * (1 - simulation.vehicle.body.front_share);
    const x = body.x + half * Math.cos(body.yaw);
    const y = body.y + half * Math.sin(body.yaw);
    const ground = { height: 0, slopeX: 0, slopeY: 0, friction: 1 };
    this.#ground ??= route.ground(this.#drive.options.weather);
    this.#ground.sample(x, y, ground);
    const climb = ground.slopeX * Math.cos(body.yaw) + ground.slopeY * Math.sin(body.yaw);
    const lean = ground.slopeY * Math.cos(body.yaw) - ground.slopeX * Math.sin(body.yaw);
    this.#car.position.set(x, ground.height, -y);
    this.#car.rotation.set(-climb + body.pitch * 0.8, body.yaw + Math.PI / 2, lean + body.roll, "YXZ");
    if (this.#body) {
      this.#spin = (this.#spin + (body.ahead / simulation.vehicle.tyre.rolling_radius_m) * seconds) % (2 * Math.PI);
      const steer = simulation.read().steer;
      this.#body.turnWheels(this.#spin, steer);
      this.#body.turnSteeringWheel(steer * 14);
      this.#body.light("tail_light", braking > 0 ? 1.6 : 0.25 + 0.5 * this.#light.lamps);
      this.#body.light("reverse", body.ahead < -0.1 ? 1 : 0);
      this.#body.light("indicator", 0);
    }
    return { x, y: ground.height, z: -y, yaw: body.yaw, speed: Math.abs(body.ahead), pitch: body.pitch * 0.6 - climb };
  }
  #ground: ReturnType<Drive["route"]["ground"]> | null = null;

  /** Give the graphics card its memory back. */
  dispose(): void {
    this.#tablet?.dispose();
    this.#body?.dispose();
    disposeOf(this.scene);
    this.scene.environment?.dispose();
  }
}

/** Geometries and materials of a node and of all below it. */
function disposeOf(root: Object3D): void {
  root.traverse((node) => {
    if (!("geometry" in node)) return;
    const mesh = node as Mesh;
    mesh.geometry.dispose();
    for (const material of Array.isArray(mesh.material) ? mesh.material : [mesh.material]) material.dispose();
  });
}

function makeLamps(light: Light): Object3D[] {
  const sun = new DirectionalLight(light.sunlight, light.sunStrength);
  sun.position.copy(light.sun).multiplyScalar(100);
  const sky = new HemisphereLight(light.skylight, light.bouncelight, light.ambientStrength);
  return [sun, sky, new AmbientLight(light.horizon, 0.12)];
}

/** The sky as a few pixels, for what reflects. */
function makeEnvironment(renderer: WebGLRenderer, light: Light): Scene["environment"] {
  const [width, height] = [64, 32];
  const data = new Float32Array(4 * width * height);
  const to = new Vector3();
  for (let i = 0; i < width * height; i++) {
    const [u, v] = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height];
    const [around, up] = [(u - 0.5) * 2 * Math.PI, (v - 0.5) * Math.PI];
    to.set(Math.cos(around) * Math.cos(up), Math.sin(up), Math.sin(around) * Math.cos(up));
    const towards = Math.max(0, to.dot(light.sun));
    const high = 1 - Math.exp(-Math.max(0, to.y) * 4.6);
    const sky = light.horizon.clone().lerp(light.zenith, high).add(light.glow.clone().multiplyScalar(0.3 * towards ** 6 + 6 * (1 - light.clouds) * towards ** 60));
    const ground = light.bouncelight.clone().multiplyScalar(0.55);
    const colour = to.y > 0 ? sky : ground.lerp(light.horizon, Math.exp(to.y * 9) * 0.7);
    data.set([colour.r, colour.g, colour.b, 1], 4 * i);
  }
  const texture = new DataTexture(data, width, height, RGBAFormat, FloatType);
  texture.mapping = EquirectangularReflectionMapping;
  texture.minFilter = texture.magFilter = LinearFilter;
  texture.needsUpdate = true;
  const generator = new PMREMGenerator(renderer);
  const target = generator.fromEquirectangular(texture);
  generator.dispose();
  texture.dispose();
  return target.texture;
}
