import { find } from "linkifyjs";

/** The first page that a text links to; `null` where there is none. */
export function firstLink(text: string): string | null {
  for (const { type, href } of find(text)) {
    if (type !== "url") continue;
    const url = URL.canParse(href) ? new URL(href) : null;
    // Addresses of people and rooms are no pages.
    if (url && /^https?:$/.test(url.protocol) && url.hostname !== "matrix.to") return url.href;
  }
  return null;
}
