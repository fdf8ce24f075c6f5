/**
 * The desk's service worker: shows what is pushed to this browser (RFC 8030), opens it, and tells the desk when the push
 * service gives the browser another subscription. It keeps and answers nothing else.
 * The few types of it are written here: the compiler knows either those of a page or those of a worker.
 */

/** What `usine/reputation/trouble/letters.py` sends. `address` is a path of the desk; the same `tag` replaces what was shown. */
interface Told {
  title: string;
  body: string;
  address: string;
  tag: string;
  lang: string;
}

interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface PushEvent extends Waiting {
  readonly data: { json(): unknown } | null;
}
interface NotificationClick extends Waiting {
  readonly notification: Notification;
}
interface SubscriptionChange extends Waiting {
  readonly oldSubscription?: PushSubscription | null;
  readonly newSubscription?: PushSubscription | null;
}
interface Window {
  readonly url: string;
  focus(): Promise<unknown>;
}
interface Worker {
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<Window[]>;
    openWindow(address: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install", heard: (event: Waiting) => void): void;
  addEventListener(name: "push", heard: (event: PushEvent) => void): void;
  addEventListener(name: "notificationclick", heard: (event: NotificationClick) => void): void;
  addEventListener(name: "pushsubscriptionchange", heard: (event: SubscriptionChange) => void): void;
}

/** A browser that takes a message has to show one, also where it cannot be read. */
function read(event: PushEvent): Partial<Told> {
  try {
    return (event.data?.json() ?? {}) as Partial<Told>;
  } catch {
    return {};
  }
}

function show(worker: Worker, told: Partial<Told>): Promise<void> {
  return worker.registration.showNotification(told.title ?? "Usine", {
    body: told.body ?? "",
    lang: told.lang ?? "en",
    tag: told.tag ?? "",
    data: { address: told.address ?? "" },
  });
}

/** The alert's page: the window that has it open already, else a new one. Never an address of another site. */
async function open(worker: Worker, notification: Notification): Promise<void> {
  notification.close();
  const home = worker.registration.scope;
  const said = new URL(String((notification.data as Partial<Told> | null)?.address ?? ""), home);
  const address = said.origin === worker.location.origin ? said.href : home;
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const found = windows.find((window) => window.url.split(/[?#]/)[0] === address);
  await (found ? found.focus() : worker.clients.openWindow(address));
}

/** What the page of alerts says to whoever is signed in: where a renewed subscription goes, and the token to go there. */
async function readPage(worker: Worker): Promise<{ address: string; token: string } | null> {
  const answer = await fetch(new URL("alerts/", worker.registration.scope), { credentials: "same-origin" });
  const page = answer.ok && !answer.redirected ? await answer.text() : "";
  const address = /\bdata-renew="([^"]+)"/.exec(page)?.[1];
  const token = /\bname="csrfmiddlewaretoken" value="([^"]+)"/.exec(page)?.[1];
  return address && token ? { address, token } : null;
}

/**
 * Another subscription in place of the old one. A browser that does not say which that was, or whose owner signed out, is
 * off until its owner turns it on again, as the page of alerts says.
 */
async function renew(worker: Worker, event: SubscriptionChange): Promise<void> {
  const old = event.oldSubscription;
  const page = old ? await readPage(worker) : null;
  if (!old || !page) return;
  const { applicationServerKey } = old.options;
  const made = event.newSubscription ?? (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  await fetch(new URL(page.address, worker.location.origin), {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": page.token },
    body: JSON.stringify({ old: old.endpoint, new: made.toJSON() }),
  });
}

const worker = self as unknown as Worker;
worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("push", (event) => event.waitUntil(show(worker, read(event))));
worker.addEventListener("notificationclick", (event) => event.waitUntil(open(worker, event.notification)));
worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(worker, event)));
export {};
