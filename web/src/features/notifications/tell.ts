/** What a notification says, and where it leads. */
export interface Told {
  readonly title: string;
  readonly body: string;
  readonly roomId: string;
  readonly eventId: string | null;
  readonly isLoud: boolean;
}

/** What is asked of the page by the service worker when a notification was pressed. */
interface Pressed {
  readonly pressed: string;
}

/** Shows a notification by the service worker, which stays when this tab is closed; phones allow no other way. */
export function tell({ title, body, roomId, eventId, isLoud }: Told): void {
  if (Notification.permission !== "granted") return;
  // One per conversation: the newest takes the place of the one before.
  const options = {
    body,
    tag: roomId,
    icon: "/icon-192.png",
    silent: !isLoud,
    renotify: isLoud,
    data: { roomId, eventId },
  };
  void worker().then(
    (worker) => worker?.showNotification(title, options),
    () => {},
  );
}

/** Takes the notification of a conversation away. */
export async function takeBack(roomId: string): Promise<void> {
  const shown = await (await worker())?.getNotifications({ tag: roomId });
  for (const notification of shown ?? []) notification.close();
}

export function watchPressed(open: (roomId: string) => void): () => void {
  const heard = ({ data, ports }: MessageEvent<Partial<Pressed> | null>) => {
    if (typeof data?.pressed !== "string") return;
    open(data.pressed);
    // Without an answer the worker opens the conversation by its address.
    ports[0]?.postMessage("opened");
  };
  navigator.serviceWorker?.addEventListener("message", heard);
  return () => navigator.serviceWorker?.removeEventListener("message", heard);
}

async function worker(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration();
}
