/**
 * Lets the app open without a connection: its own files are kept when they are first seen, and pictures as they come. The
 * build fills in the names.
 */

const VERSION = "aside __VERSION__";
const FILES = __FILES__;

/** Words and names that the page leaves here, for when it is closed. */
const TOLD = "/told.json";

const MEDIA = "aside media";
const MEDIA_MAX = 400;
/** Not what pages say of themselves: it would stay on the device, and it changes. */
const MEDIA_PATH = /^\/_matrix\/client\/v1\/media\/(download|thumbnail)\//;

self.addEventListener("install", (event) => {
  const keep = async () => (await caches.open(VERSION)).addAll(FILES);
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldVersions().then(() => self.clients.claim()));
});

/** The version before stays, because a tab that was opened with it may still ask for parts of it. */
async function forgetOldVersions() {
  const versions = (await caches.keys()).filter((name) => name.startsWith("aside ") && name !== MEDIA);
  const old = versions.filter((name) => name !== VERSION).slice(0, -1);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (MEDIA_PATH.test(pathname)) return event.respondWith(media(request));
  if (pathname.startsWith("/_") || pathname.startsWith("/.")) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

/** The newest page where there is a connection, and the kept one otherwise. */
async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.status < 500) return answer;
  } catch {
    // There is no connection.
  }
  return (await caches.match("/")) ?? Response.error();
}

/** Files have names of their own for each content, so the first one is the right one. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && new URL(request.url).pathname.startsWith("/assets/")) {
    await (await caches.open(VERSION)).put(request, answer.clone());
  }
  return answer;
}

/** Media never changes either. What is encrypted is kept encrypted. */
async function media(request) {
  const cache = await caches.open(MEDIA);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, -MEDIA_MAX).map((key) => cache.delete(key)));
  }
  return answer;
}

/** Something happened while the app was closed, perhaps. The push says which message it is, and nothing of what is in it. */
self.addEventListener("push", (event) => {
  event.waitUntil(pushed(event.data?.json() ?? {}));
});

/** So long an open page has to tell better than we could. */
const PAGE_FIRST_MS = 1_500;

async function pushed({ room_id: roomId, event_id: eventId, counts }) {
  await self.navigator.setAppBadge?.(counts?.unread ?? 0).catch(() => {});
  const pages = await windows();
  if (pages.some(({ visibilityState }) => visibilityState === "visible")) return;
  if (pages.length > 0) await new Promise((resolve) => setTimeout(resolve, PAGE_FIRST_MS));
  const shown = await self.registration.getNotifications({ tag: roomId });
  if (shown.some(({ data }) => data?.eventId === eventId)) return;
  const { words, names } = await toldWords();
  const data = { roomId, eventId };
  const options = {
    body: words,
    tag: roomId,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    renotify: true,
    data,
  };
  await self.registration.showNotification(names[roomId] ?? "Aside", options);
}

async function toldWords() {
  const kept = await caches.match(TOLD);
  return kept ? kept.json() : { words: "New message", names: {} };
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openConversation(event.notification.data?.roomId));
});

/** So long a page has to say that it is the one that works. */
const ANSWER_MS = 1_000;

async function openConversation(roomId) {
  const pages = await windows();
  const path = roomId ? `/c/${encodeURIComponent(roomId)}` : "/";
  const [last] = pages;
  if (!last) return self.clients.openWindow(path);
  // A browser allows it only for a moment, so before anything else; and not every one lets go of the window in front.
  await last.focus().catch(() => {});
  if (!roomId) return;
  // Of several tabs one works on the account. One that still starts, or that sleeps, answers nothing.
  const working = await firstToAnswer(pages, { pressed: roomId });
  if (!working) return last.navigate(path).catch(() => self.clients.openWindow(path));
  if (working.id !== last.id) await working.focus().catch(() => {});
}

function firstToAnswer(pages, question) {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ANSWER_MS);
    for (const page of pages) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(page);
      page.postMessage(question, [port2]);
    }
  });
}

/** The tabs and windows of the app, the last one that was looked at first; also those that were loaded past this worker. */
function windows() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}
