import { Cell } from "@/matrix/observable";

/** What a person chose; `system` follows the device. */
export type Theme = "system" | "light" | "dark";

const KEY = "aside.theme";
const darkDevice = window.matchMedia("(prefers-color-scheme: dark)");

function load(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export const theme = new Cell<Theme>(load());

export function chooseTheme(choice: Theme): void {
  localStorage.setItem(KEY, choice);
  theme.set(choice);
  showTheme();
}

/** Brings the page's look up to date with the choice and the device. */
export function showTheme(): void {
  const choice = theme.get();
  const isDark = choice === "dark" || (choice === "system" && darkDevice.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

darkDevice.addEventListener("change", showTheme);
