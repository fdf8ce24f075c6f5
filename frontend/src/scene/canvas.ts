/** The drawing surface: one WebGL context for a page, a lost one told, none at all a plain answer instead of an error. */

import { ColorManagement, NeutralToneMapping, SRGBColorSpace, WebGLRenderer } from "three";

/** What draws on a canvas, and what it says when the graphics card takes its memory away. */
export interface Surface {
  readonly renderer: WebGLRenderer;
  /** Ends what draws and frees the context for the next. */
  close(): void;
}

export interface SurfaceEvents {
  /** The context is gone: show the picture again. */
  lost(): void;
  /** It is back: everything was sent to the card again, draw. */
  restored(): void;
  /** Another part of the page opened a surface: this one is closed already. */
  replaced(): void;
}

let open: (() => void) | undefined;

/**
 * Open a surface on a canvas; null where the browser gives no WebGL 2. A page holds one: opening closes the one before, for
 * phones kill pages with several.
 */
export function openSurface(canvas: HTMLCanvasElement, events: SurfaceEvents): Surface | null {
  const context = contextOf(canvas);
  if (context === null) return null;
  open?.();
  const renderer = new WebGLRenderer({ canvas, context, antialias: true, alpha: true });
  renderer.outputColorSpace = SRGBColorSpace;
  renderer.toneMapping = NeutralToneMapping;
  ColorManagement.enabled = true;
  const lost = (event: Event) => {
    event.preventDefault(); // so that the browser may restore it
    events.lost();
  };
  canvas.addEventListener("webglcontextlost", lost);
  canvas.addEventListener("webglcontextrestored", events.restored);
  const close = () => {
    if (open === replace) open = undefined;
    canvas.removeEventListener("webglcontextlost", lost);
    canvas.removeEventListener("webglcontextrestored", events.restored);
    renderer.dispose();
    renderer.forceContextLoss();
  };
  const replace = () => {
    close();
    events.replaced();
  };
  open = replace;
  return { renderer, close };
}

/** Asked for before the renderer is made: the renderer would write an error to the console where there is none. */
function contextOf(canvas: HTMLCanvasElement): WebGL2RenderingContext | null {
  try {
    return canvas.getContext("webgl2", { antialias: true, alpha: true, powerPreference: "high-performance" });
  } catch {
    return null;
  }
}
