import type { Browser, BrowserContext } from "playwright-core";
import { Guest } from "./api";
import type { Person } from "./browser";
import { drawFace, type Face } from "./drawings";
import type { Server } from "./server";

/** Who appears in the pictures. */
export const CAST = {
  lena: {
    name: "Lena Hartmann",
    face: {
      ground: "#bfe3d4",
      skin: "#f4cfb2",
      hair: "#3a2418",
      clothes: "#5650c8",
      cut: "bun",
      wears: "earrings",
    },
  },
  jonas: {
    name: "Jonas Weber",
    face: {
      ground: "#c9d6f7",
      skin: "#e7b48c",
      hair: "#2a1a12",
      clothes: "#2f3f73",
      cut: "short",
      wears: "beard",
    },
  },
  amara: {
    name: "Amara Okafor",
    face: {
      ground: "#ffe09a",
      skin: "#8d5a3b",
      hair: "#17100d",
      clothes: "#1f7a6b",
      cut: "curls",
      wears: "earrings",
    },
  },
  clara: {
    name: "Clara Lindqvist",
    face: { ground: "#f6c7a4", skin: "#f6d5bd", hair: "#b5562a", clothes: "#7a4a7d", cut: "long" },
  },
  ruth: {
    name: "Ruth Adler",
    face: {
      ground: "#e6d0ee",
      skin: "#f0c4a0",
      hair: "#d8d5d0",
      clothes: "#c23b54",
      cut: "bob",
      wears: "glasses",
    },
  },
  tom: {
    name: "Tom Baker",
    face: {
      ground: "#d5e8b8",
      skin: "#f2c9a8",
      hair: "#8a5a2b",
      clothes: "#e0a02a",
      cut: "short",
      wears: "glasses",
    },
  },
  yuki: {
    name: "Yuki Tanaka",
    face: { ground: "#b9dff0", skin: "#f4cfb2", hair: "#15151a", clothes: "#d9583b", cut: "bob" },
  },
  samuel: {
    name: "Samuel Mensah",
    face: {
      ground: "#f4b9bb",
      skin: "#6f4530",
      hair: "#120c0a",
      clothes: "#f3efe7",
      cut: "bald",
      wears: "beard",
    },
  },
} as const satisfies Record<string, { name: string; face: Face }>;

type Role = keyof typeof CAST;

/** A drawing as the bytes of a picture. */
export async function painted(browser: Browser, svg: string): Promise<Buffer> {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const page = await browser.newPage({ viewport: { width: Number(width), height: Number(height) } });
  await page.setContent(`<body style="margin:0">${svg}`);
  const png = await page.screenshot();
  await page.close();
  return png;
}

export function face(browser: Browser, role: Role): Promise<Buffer> {
  return painted(browser, drawFace(CAST[role].face));
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Talk {
  readonly with: readonly Role[];
  readonly name?: string;
  readonly agoMs: number;
  /** Who says what, in turn. */
  readonly lines: readonly (readonly [Role, string])[];
  readonly isUnread?: boolean;
}

const TALKS: readonly Talk[] = [
  {
    with: ["tom"],
    agoMs: 9 * DAY_MS,
    lines: [
      ["tom", "The bike is fixed. It only needed a new chain."],
      ["lena", "You are a magician, thank you!"],
    ],
  },
  {
    with: ["yuki"],
    agoMs: 3 * DAY_MS,
    lines: [
      ["lena", "How was the exhibition?"],
      ["yuki", "Wonderful. I took far too many photos of one single vase."],
    ],
  },
  {
    with: ["ruth"],
    agoMs: DAY_MS,
    lines: [
      ["lena", "Are we still on for Sunday, Grandma?"],
      ["ruth", "Of course, dear. I am making plum cake."],
    ],
  },
  {
    with: ["clara", "tom", "amara"],
    name: "Book club",
    agoMs: 95 * MINUTE_MS,
    isUnread: true,
    lines: [
      ["tom", "I am on chapter twelve. Nobody say a word!"],
      ["amara", "My lips are sealed."],
      ["clara", "Shall we meet at mine on Thursday at seven?"],
    ],
  },
  {
    with: ["amara"],
    agoMs: 22 * MINUTE_MS,
    isUnread: true,
    lines: [
      ["lena", "Did you get the tickets?"],
      ["amara", "Two in the third row!"],
      ["amara", "You owe me an ice cream."],
    ],
  },
];

/** Fills Lena's list with conversations, and notes how long ago each of them is meant to have been. */
export async function fillList(
  server: Server,
  browser: Browser,
  { username, password }: Person,
  ages: Map<string, number>,
): Promise<void> {
  const lena = await Guest.signsIn(server, username, password);
  const guests = new Map<Role, Guest>([["lena", lena]]);
  const guest = (role: Role) => guests.get(role) ?? lena;
  for (const role of ["amara", "clara", "ruth", "tom", "yuki"] as const) {
    const joined = await Guest.joins(server, role, CAST[role].name);
    await joined.looksLike(await face(browser, role));
    guests.set(role, joined);
  }
  const direct: Record<string, readonly string[]> = {};
  for (const { with: roles, name, agoMs, lines, isUnread } of TALKS) {
    const others = roles.map(guest);
    const roomId = await lena.meets(others, name);
    ages.set(roomId, agoMs);
    for (const [who, text] of lines) await guest(who).says(roomId, text);
    if (!isUnread) await lena.reads(roomId);
    const [other] = others;
    if (!name && other) direct[other.id] = [roomId];
  }
  await lena.noteDirect(direct);
  await lena.signsOut();
}

/** Samuel asks whether he may write. */
export async function sendRequest(server: Server, browser: Browser, to: string): Promise<void> {
  const samuel = await Guest.joins(server, "samuel", CAST.samuel.name);
  await samuel.looksLike(await face(browser, "samuel"));
  await samuel.asks(to, [
    "Hello Lena, we met at the harbour festival. You asked for the name of the band.",
    "It is “Low Tide”. They play again on the 14th.",
  ]);
}

/** Shows what is in these conversations as old as it is meant to be: the server knows only the minute in which it was made. */
export async function age(context: BrowserContext, ages: ReadonlyMap<string, number>): Promise<void> {
  interface Sync {
    readonly rooms?: {
      readonly join?: Record<string, { timeline?: { events: { origin_server_ts: number }[] } }>;
    };
  }
  await context.route(/\/_matrix\/client\/v3\/(sync|rooms\/[^/]+\/messages)/, async (route) => {
    const response = await route.fetch().catch(() => null);
    if (!response) return;
    const answer = (await response.json().catch(() => ({}))) as Sync & {
      chunk?: { room_id?: string; origin_server_ts: number }[];
    };
    for (const [roomId, room] of Object.entries(answer.rooms?.join ?? {})) {
      for (const event of room.timeline?.events ?? []) event.origin_server_ts -= ages.get(roomId) ?? 0;
    }
    for (const event of answer.chunk ?? []) event.origin_server_ts -= ages.get(event.room_id ?? "") ?? 0;
    await route.fulfill({ response, json: answer }).catch(() => {});
  });
}
