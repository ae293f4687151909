/** Keeps the app on the device, so that it opens without a connection. Not while it is being worked on. */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // The first screen goes first.
  const keep = () => void navigator.serviceWorker.register("/sw.js").catch(() => {});
  if (document.readyState === "complete") keep();
  else window.addEventListener("load", keep, { once: true });
}
