import { Cell } from "@/matrix/observable";

/** What is open of the screens on which a device is let in or a key is made. */
export const confirming = new Cell<"confirm" | "key" | null>(null);

const SHOWN = "aside.confirm-shown";

/** Whether a new device has been told by itself what it is missing; it is told once. */
export function takeFirstTime(deviceId: string): boolean {
  if (localStorage.getItem(SHOWN) === deviceId) return false;
  localStorage.setItem(SHOWN, deviceId);
  return true;
}
