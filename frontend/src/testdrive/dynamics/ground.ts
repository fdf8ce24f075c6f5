/** The ground under the car, as a formula: asked at points, never as triangles. Metres; z is up. */

/** What the ground is at a point. */
export interface GroundPoint {
  height: number;
  /** Rise for each metre travelled along x and along y (the sine of the slope). */
  slopeX: number;
  slopeY: number;
  /** Times the friction of a dry road: 1 dry, about 0.7 wet, 0.15 ice. */
  friction: number;
}

export interface Ground {
  /** Write what the ground is at (x, y). */
  sample(x: number, y: number, point: GroundPoint): void;
}

export const DRY = 1;
export const WET = 0.7;

/** An endless plane that rises by `slope` for each metre along x. */
export function plane(slope = 0, friction = DRY): Ground {
  return {
    sample(x, _y, point) {
      point.height = slope * x;
      point.slopeX = slope;
      point.slopeY = 0;
      point.friction = friction;
    },
  };
}
