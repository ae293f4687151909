/** Where the service worker finds what a notification says when the app is closed; it reads no other store of the page. */
const CACHE = "told";
const ADDRESS = "/told.json";

export interface ToldWords {
  /** "New message", in the person's language. */
  readonly words: string;
  /** What conversations are called; nothing where notifications say nothing of them. */
  readonly names: Readonly<Record<string, string>>;
}

export async function keepTold(told: ToldWords): Promise<void> {
  await (await caches.open(CACHE)).put(ADDRESS, Response.json(told));
}

export async function forgetTold(): Promise<void> {
  await caches.delete(CACHE);
}
