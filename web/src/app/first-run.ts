import { Cell } from "@/matrix/observable";

const KEY = "aside.first-run";

/** Whether the person has just made the account and is being shown around. It survives a reload in between. */
export const firstRun = new Cell(localStorage.getItem(KEY) === "yes");

export function beginFirstRun(): void {
  localStorage.setItem(KEY, "yes");
  firstRun.set(true);
}

export function endFirstRun(): void {
  localStorage.removeItem(KEY);
  firstRun.set(false);
}
