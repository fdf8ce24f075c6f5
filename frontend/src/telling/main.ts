/**
 * “Tell me in this browser”: turns messages on and off, and tries them out (RFC 8030). Every word stands in the page, one
 * sentence a state; this shows the one that holds. Without script the page says so, and mail works.
 */

export type State = "unsupported" | "denied" | "off" | "on" | "tried" | "failed";
const BUTTONS: Record<State, readonly string[]> = {
  unsupported: [],
  denied: [],
  off: ["on"],
  on: ["try", "off"],
  tried: ["try", "off"],
  failed: ["on"],
};

/** What the server answers when it refuses: one sentence in the reader's language. */
class Refused extends Error {}

/** base64url as the bytes that it writes. */
export function readKey(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** SHA-256 in hexadecimal: what the page knows of one's browsers instead of their addresses. */
export async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Telling {
  private registration: ServiceWorkerRegistration | undefined;

  constructor(private readonly root: HTMLElement) {}

  async start(): Promise<void> {
    this.root.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-turn]") : null;
      if (button) void this.turn(button);
    });
    this.show(await this.find());
  }

  /** How it stands: what the browser can, what its owner allowed it, and whether the server knows its subscription. */
  private async find(): Promise<State> {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return "unsupported";
    if (Notification.permission === "denied") return "denied";
    const own = (await navigator.serviceWorker.getRegistrations()).find((found) => found.active?.scriptURL === this.worker);
    this.registration = own;
    const subscription = await own?.pushManager.getSubscription();
    if (!subscription) return "off";
    return (this.root.dataset.known ?? "").split(" ").includes(await digest(subscription.endpoint)) ? "on" : "off";
  }

  private get worker(): string {
    return new URL(this.root.dataset.worker ?? "", location.href).href;
  }

  show(state: State, sentence = ""): void {
    for (const said of this.root.querySelectorAll<HTMLElement>("[data-state]")) said.hidden = said.dataset.state !== state;
    const words = this.root.querySelector("[data-said]");
    if (words && sentence) words.textContent = sentence;
    for (const button of this.root.querySelectorAll<HTMLButtonElement>("[data-turn]")) {
      button.hidden = !BUTTONS[state].includes(button.dataset.turn ?? "");
    }
    this.root.dataset.now = state;
  }

  private async turn(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      const acts: Record<string, () => Promise<State>> = { on: () => this.turnOn(), off: () => this.turnOff(), try: () => this.tryOut() };
      const state = await acts[button.dataset.turn ?? ""]?.();
      if (state) this.show(state);
    } catch (error) {
      this.show("failed", error instanceof Refused ? error.message : "");
    } finally {
      button.disabled = false;
      if (button.hidden) this.root.querySelector<HTMLButtonElement>("[data-turn]:not([hidden])")?.focus();
    }
  }

  private async turnOn(): Promise<State> {
    if ((await Notification.requestPermission()) !== "granted") return Notification.permission === "denied" ? "denied" : "off";
    const scope = new URL("./", this.worker).pathname;
    this.registration = await navigator.serviceWorker.register(this.worker, { scope });
    await this.activated(this.registration);
    // One for another key, or that the server has forgotten, is of no use any more.
    await (await this.registration.pushManager.getSubscription())?.unsubscribe();
    const applicationServerKey = readKey(this.root.dataset.serverKey ?? "");
    const made = await this.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    await this.post(this.root.dataset.on, made.toJSON());
    return "on";
  }

  /** Where nothing is active yet a browser refuses to subscribe. */
  private async activated(registration: ServiceWorkerRegistration): Promise<void> {
    const coming = registration.active ? null : (registration.installing ?? registration.waiting);
    if (!coming) return;
    await new Promise<void>((resolve) => {
      const look = () => coming.state === "activated" && resolve();
      coming.addEventListener("statechange", look);
      look();
    });
  }

  private async turnOff(): Promise<State> {
    const subscription = await this.registration?.pushManager.getSubscription();
    if (subscription) {
      await this.post(this.root.dataset.off, { endpoint: subscription.endpoint });
      await subscription.unsubscribe();
    }
    return "off";
  }

  private async tryOut(): Promise<State> {
    const subscription = await this.registration?.pushManager.getSubscription();
    if (!subscription) return "off";
    await this.post(this.root.dataset.try, { endpoint: subscription.endpoint });
    return "tried";
  }

  private async post(address: string | undefined, body: unknown): Promise<void> {
    const token = this.root.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const answer = await fetch(address ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
    });
    if (answer.redirected) location.reload(); // to sign in again
    if (answer.status === 204) return;
    const said = (await answer.json().catch(() => ({}))) as { message?: string };
    throw new Refused(said.message ?? "");
  }
}

const root = document.querySelector<HTMLElement>("[data-telling][data-server-key]");
if (root) void new Telling(root).start();
