/** The addresses of the app. */
export const routes = {
  inbox: "/",
  requests: "/requests",
  compose: "/new",
  settings: "/settings",
  conversation: (roomId: string) => `/c/${encodeURIComponent(roomId)}`,
  request: (roomId: string) => `/requests/${encodeURIComponent(roomId)}`,
  section: (name: string) => `/settings/${name}`,
} as const;
