/** What keeps a car on its road and out of others: soft walls and bumps. They take speed away and never give any. */

import type { Simulation } from "./dynamics";
import { newAxisPoint, turn } from "./routes/alignment";
import type { Route } from "./routes/route";
import type { Other, Traffic } from "./traffic/traffic";

type Body = Simulation["body"];

const GLANCE = 0.25; // of the speed along the wall that a full hit takes
const BOUNCE = 0.15; // of the speed into the wall that comes back
const WIDTH = 1.8; // m, of two cars' halves together
const here = newAxisPoint();

/** Turn a car that went beyond the soft wall back to it; answers the speed in m/s with which it came against it. */
export function keepOnRoad(body: Body, route: Route, station: number, offset: number, halfWidth: number): number {
  const room = route.edge - halfWidth;
  const median = route.file.section.median_m;
  const inner = route.side * offset - median - halfWidth; // a median is a wall too
  const outer = Math.abs(offset) - room;
  if (outer <= 0 && (median === 0 || inner >= 0)) return 0;
  const { heading } = route.axis.at(station, here);
  const outwards = outer > 0 ? Math.sign(offset) : -route.side;
  const push = outer > 0 ? outer : -inner;
  const normalX = -Math.sin(heading) * outwards;
  const normalY = Math.cos(heading) * outwards;
  body.x -= normalX * push;
  body.y -= normalY * push;
  const into = body.velocityX * normalX + body.velocityY * normalY;
  if (into <= 0) return 0;
  const speed = Math.hypot(body.velocityX, body.velocityY);
  const kept = 1 - GLANCE * (into / speed);
  body.velocityX = (body.velocityX - (1 + BOUNCE) * into * normalX) * kept;
  body.velocityY = (body.velocityY - (1 + BOUNCE) * into * normalY) * kept;
  body.yawRate = 0.6 * body.yawRate + 2 * turn(body.yaw, body.ahead < 0 ? heading + Math.PI : heading) * Math.min(1, into / 4);
  return into;
}

/** Part the car from whoever it touches; answers the speed in m/s with which they met, 0 for none. */
export function keepApart(body: Body, route: Route, traffic: Traffic, station: number, offset: number, length: number): number {
  const { axis } = route;
  for (const other of traffic.others) {
    const ahead = axis.ahead(station, other.station);
    const aside = route.lane(other.lane, other.direction) - offset;
    const deepAhead = (length + other.length) / 2 - Math.abs(ahead);
    const deepAside = WIDTH - Math.abs(aside);
    if (deepAhead > 0 && deepAside > 0) return part(body, route, station, other, ahead, aside, deepAhead, deepAside);
  }
  return 0;
}

function part(
  body: Body,
  route: Route,
  station: number,
  other: Other,
  ahead: number,
  aside: number,
  deepAhead: number,
  deepAside: number,
): number {
  const { heading } = route.axis.at(station, here);
  const cos = Math.cos(heading);
  const sin = Math.sin(heading);
  const isAside = deepAside < deepAhead;
  const sign = Math.sign(isAside ? aside : ahead) || 1;
  const [normalX, normalY] = isAside ? [-sin * sign, cos * sign] : [cos * sign, sin * sign];
  const deep = isAside ? deepAside : deepAhead;
  body.x -= normalX * deep;
  body.y -= normalY * deep;
  const their = isAside ? 0 : other.direction * other.speed * sign;
  const into = body.velocityX * normalX + body.velocityY * normalY - their;
  if (into <= 0) return 0;
  const lost = isAside ? into * (1 + BOUNCE) : Math.min(into, body.velocityX * normalX + body.velocityY * normalY + 1);
  body.velocityX -= lost * normalX;
  body.velocityY -= lost * normalY;
  if (!isAside) other.speed = sign * other.direction > 0 ? other.speed + 0.4 * into : 0.3 * other.speed;
  return into;
}
