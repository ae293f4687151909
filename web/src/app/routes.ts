/** The addresses of the app. */
export const routes = {
  inbox: "/",
  requests: "/requests",
  compose: "/new",
  settings: "/settings",
  conversation: (roomId: string) => `/c/${encodeURIComponent(roomId)}`,
  /** A conversation, at one of its messages, which may be in a thread. */
  message: (roomId: string, eventId: string, rootId: string | null = null) =>
    `/c/${encodeURIComponent(roomId)}?${rootId ? `thread=${encodeURIComponent(rootId)}&` : ""}at=${encodeURIComponent(eventId)}`,
  /** A conversation, beside the thread below one of its messages. */
  thread: (roomId: string, rootId: string) =>
    `/c/${encodeURIComponent(roomId)}?thread=${encodeURIComponent(rootId)}`,
  request: (roomId: string) => `/requests/${encodeURIComponent(roomId)}`,
  section: (name: string) => `/settings/${name}`,
} as const;
