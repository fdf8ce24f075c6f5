/** The drawing surface: one WebGL context for a page, a lost one told, none at all a plain answer instead of an error. */

import { ColorManagement, NeutralToneMapping, SRGBColorSpace, WebGLRenderer } from "three";

/** What draws on a canvas, and what it says when the graphics card takes its memory away. */
export interface Surface {
  readonly renderer: WebGLRenderer;
  /** Whether the processor draws, for want of a graphics card: each sample of a pixel then costs its time. */
  readonly isSoftware: boolean;
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

const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

let open: (() => void) | undefined;

/**
 * Open a surface on a canvas; null where the browser gives no WebGL 2. A page holds one: opening closes the one before, for
 * phones kill pages with several. A closed surface leaves its canvas without a context for good: open each on a fresh one.
 */
export function openSurface(canvas: HTMLCanvasElement, events: SurfaceEvents): Surface | null {
  open?.();
  const isSoftware = isDrawnBySoftware();
  const context = contextOf(canvas, { antialias: !isSoftware });
  if (context === null) return null;
  const renderer = new WebGLRenderer({ canvas, context, alpha: true });
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
    if (!context.isContextLost()) renderer.forceContextLoss();
  };
  const replace = () => {
    close();
    events.replaced();
  };
  open = replace;
  return { renderer, isSoftware, close };
}

/** Asked of a context of its own, for samples are chosen when a context is made. */
function isDrawnBySoftware(): boolean {
  const probe = contextOf(document.createElement("canvas"), {});
  if (probe === null) return false;
  const names = probe.getExtension("WEBGL_debug_renderer_info");
  const name = String(probe.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? probe.RENDERER));
  probe.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name);
}

/** Asked for before the renderer is made: the renderer would write an error to the console where there is none. */
function contextOf(canvas: HTMLCanvasElement, attributes: WebGLContextAttributes): WebGL2RenderingContext | null {
  try {
    return canvas.getContext("webgl2", { alpha: true, ...attributes });
  } catch {
    return null;
  }
}
