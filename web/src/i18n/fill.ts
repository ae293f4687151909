import type { Values } from "./index";

/** Puts values into the blanks of a text; numbers are written as the language writes them. */
export function fill(text: string, values: Values, language: string): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) => {
    const value = values[name];
    if (value === undefined) return blank;
    return typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
  });
}
