import type { Account } from "./account";

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** The point of a `geo:` address (RFC 5870); `null` where there is none on this planet. */
export function pointOf(uri: string): Point | null {
  const parts = /^geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(?:[,;].*)?$/i.exec(uri);
  if (!parts) return null;
  const [latitude, longitude] = [Number(parts[1]), Number(parts[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

/** A page with a map. It is opened only by whoever presses it, because it tells its owner what is looked at. */
export function mapAddress({ latitude, longitude }: Point): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}

/** `text` is what clients show that can't show places. */
export function sendPlace(
  { client }: Account,
  roomId: string,
  { latitude, longitude }: Point,
  text: string,
): void {
  const uri = `geo:${latitude.toFixed(5)},${longitude.toFixed(5)}`;
  const content = {
    msgtype: "m.location",
    body: `${text} ${uri}`,
    geo_uri: uri,
    "m.mentions": {},
    "org.matrix.msc3488.location": { uri, description: text },
    "org.matrix.msc3488.asset": { type: "m.pin" },
  };
  client.sendMessage(roomId, content as never).catch(() => {});
}
