/** The addresses of the app. */
export const routes = {
  inbox: "/",
  requests: "/requests",
  compose: "/new",
  settings: "/settings",
  conversation: (roomId: string) => `/c/${encodeURIComponent(roomId)}`,
  /** A conversation, at one of its messages. */
  message: (roomId: string, eventId: string) =>
    `/c/${encodeURIComponent(roomId)}?at=${encodeURIComponent(eventId)}`,
  request: (roomId: string) => `/requests/${encodeURIComponent(roomId)}`,
  section: (name: string) => `/settings/${name}`,
} as const;
