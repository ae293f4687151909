import { call } from "./http";
import type { Session } from "./session";

/** What the server calls this app among those that it notifies. */
const APP_ID = "org.aside.web";

/** Whether this browser can be told of something while no page of the app is open. */
export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window;
}

/**
 * Has the server tell this browser by its push service (MSC4174). It may be done again at any time, and then mends what the
 * browser or the server lost. Refused where it isn't possible here.
 */
export async function startPush(session: Session, language: string): Promise<void> {
  const worker = await navigator.serviceWorker.getRegistration();
  const key = await publicKey(session);
  if (!worker || !key) throw new Error("nobody can push to this browser");
  const { endpoint, keys } = (await subscribed(worker.pushManager, key)).toJSON();
  await setPusher(session, {
    kind: "webpush",
    app_id: APP_ID,
    pushkey: keys?.p256dh,
    app_display_name: "Aside",
    device_display_name: navigator.userAgent.slice(0, 100),
    lang: language,
    data: { url: endpoint, auth: keys?.auth },
  });
}

export async function stopPush(session: Session): Promise<void> {
  const subscription = await current();
  const pushkey = subscription?.toJSON().keys?.p256dh;
  await subscription?.unsubscribe();
  if (pushkey) await setPusher(session, { kind: null, app_id: APP_ID, pushkey });
}

/** Lets go of the push service where the server has forgotten this device already. */
export async function forgetPush(): Promise<void> {
  await (await current())?.unsubscribe();
}

async function current(): Promise<PushSubscription | null | undefined> {
  const worker = canPush() ? await navigator.serviceWorker.getRegistration() : undefined;
  return worker?.pushManager.getSubscription();
}

async function subscribed(pushManager: PushManager, applicationServerKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    const before = await pushManager.getSubscription();
    if (!before) throw error;
    // The server has another key than when this browser subscribed.
    await before.unsubscribe();
    return pushManager.subscribe(options);
  }
}

interface Capabilities {
  readonly capabilities: {
    readonly "org.matrix.msc4174.webpush"?: { readonly enabled: boolean; readonly vapid: string };
  };
}

/** The key by which push services know the server, where it sends to any. */
async function publicKey({ accessToken: token }: Session): Promise<string | null> {
  const { capabilities } = await call<Capabilities>("/_matrix/client/v3/capabilities", { token });
  const { "org.matrix.msc4174.webpush": webPush } = capabilities;
  return webPush?.enabled ? webPush.vapid : null;
}

async function setPusher({ accessToken: token }: Session, body: unknown): Promise<void> {
  await call("/_matrix/client/v3/pushers/set", { token, body });
}
