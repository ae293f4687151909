/**
 * Draws the stickers and moving pictures that come with the app: `node build/draw-pack.mjs`, after a change to the drawings
 * here. Chromium turns the frames into pixels; what comes out is kept in the repository.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const target = fileURLToPath(new URL("../src/features/conversation/pack/", import.meta.url));

const INK = "#2b2850";
const ROSE = "#ff8fa3";
const eye = (x, y = 88, r = 9) => `<circle cx="${x}" cy="${y}" r="${r}" fill="${INK}"/>`;
const line = (d, width = 7) =>
  `<path d="${d}" fill="none" stroke="${INK}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
const heart = (x, y, s, fill = "#ff5d73") =>
  `<path transform="translate(${x} ${y}) scale(${s})" d="M0 8 C-4 -8 -24 -6 -20 10 C-17 21 -6 26 0 32 C6 26 17 21 20 10 C24 -6 4 -8 0 8 Z" fill="${fill}"/>`;
const tear = (x, y, s = 1) =>
  `<path transform="translate(${x} ${y}) scale(${s})" d="M0 -12 C8 -2 10 4 10 8 A10 10 0 0 1 -10 8 C-10 4 -8 -2 0 -12 Z" fill="#7cc7ff"/>`;
const cheeks = `<circle cx="62" cy="112" r="10" fill="${ROSE}" opacity=".7"/><circle cx="138" cy="112" r="10" fill="${ROSE}" opacity=".7"/>`;
const open = (height = 26) =>
  `<path d="M74 110 H126 C126 ${110 + height * 1.35} 74 ${110 + height * 1.35} 74 110 Z" fill="${INK}"/><path d="M86 ${112 + height * 0.62} Q100 ${104 + height * 0.62} 114 ${112 + height * 0.62} Q100 ${122 + height * 0.62} 86 ${112 + height * 0.62} Z" fill="${ROSE}"/>`;
const hand = (x, y, turn) =>
  `<g transform="translate(${x} ${y}) rotate(${turn})"><rect x="-11" y="-34" width="22" height="44" rx="11" fill="#8b86f2" stroke="#5650c8" stroke-width="4"/></g>`;
const COLOURS = ["#ff5d73", "#ffc94d", "#53c98f", "#5aa9ff", "#b07cff"];
const wave = (t) => Math.sin(t * 2 * Math.PI);

/** Faces by their name; `t` goes from 0 to 1 and begins again. */
const faces = {
  hello: (t) =>
    eye(76) + eye(124) + cheeks + line("M80 112 Q100 130 120 112") + hand(172, 84, 20 + 22 * wave(t)),
  happy: () => line("M64 90 Q76 76 88 90") + line("M112 90 Q124 76 136 90") + cheeks + open(),
  laugh: (t) =>
    line("M64 82 L86 90 L64 98") +
    line("M136 82 L114 90 L136 98") +
    open(34) +
    tear(48, 100 + 4 * wave(t), 0.8) +
    tear(152, 100 - 4 * wave(t), 0.8),
  love: (t) =>
    heart(74, 72, 0.85 + 0.12 * wave(t)) +
    heart(126, 72, 0.85 + 0.12 * wave(t)) +
    line("M78 118 Q100 138 122 118"),
  thanks: () =>
    line("M64 88 Q76 98 88 88") +
    line("M112 88 Q124 98 136 88") +
    cheeks +
    line("M84 114 Q100 126 116 114") +
    heart(100, 138, 0.7),
  wink: () => eye(76) + line("M112 88 H136") + cheeks + line("M80 112 Q104 132 122 108"),
  wow: () =>
    eye(74, 84, 11) +
    eye(126, 84, 11) +
    line("M60 64 Q72 56 84 62", 6) +
    line("M116 62 Q128 56 140 64", 6) +
    `<ellipse cx="100" cy="122" rx="13" ry="17" fill="${INK}"/>`,
  think: () =>
    eye(80, 82) +
    eye(128, 82) +
    line("M112 62 Q128 54 142 64", 6) +
    line("M66 66 L88 66", 6) +
    line("M84 118 H112") +
    hand(78, 150, 55),
  sad: (t) =>
    eye(76, 90) +
    eye(124, 90) +
    line("M60 76 L82 68", 6) +
    line("M140 76 L118 68", 6) +
    line("M82 124 Q100 108 118 124") +
    tear(70, 112 + 14 * ((t * 2) % 1), 0.8),
  angry: () =>
    eye(76, 92) +
    eye(124, 92) +
    line("M58 70 L88 82") +
    line("M142 70 L112 82") +
    line("M80 124 Q100 110 120 124"),
  sleepy: () =>
    line("M64 90 H88") +
    line("M112 90 H136") +
    `<ellipse cx="100" cy="118" rx="9" ry="7" fill="${INK}"/>` +
    line("M150 52 H168 L150 72 H168", 6) +
    line("M172 24 H184 L172 38 H184", 5),
  party: (t) =>
    line("M64 90 Q76 76 88 90") +
    line("M112 90 Q124 76 136 90") +
    open(24) +
    `<path d="M78 42 L100 0 L122 42 Z" fill="#ffc94d"/><circle cx="100" cy="4" r="8" fill="#ff5d73"/>` +
    confetti(t),
};

function confetti(t) {
  return Array.from({ length: 14 }, (_, index) => {
    const x = 10 + ((index * 53) % 180);
    const y = ((index * 71) % 200) + t * 200;
    const turn = index * 40 + t * 360;
    return `<rect x="-4" y="-7" width="8" height="14" rx="2" fill="${COLOURS[index % COLOURS.length]}" transform="translate(${x} ${y % 200}) rotate(${turn})"/>`;
  }).join("");
}

/** A speech bubble with a face. */
function drawing(name, t = 0, background = "") {
  const lift = name === "happy" || name === "laugh" ? -4 * Math.abs(wave(t)) : 0;
  const fill = name === "angry" ? "#ff9c8a" : "#a9a5ff";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="384" height="384">${background}<g transform="translate(0 ${lift})"><path d="M100 24 C150 24 178 56 178 98 C178 140 150 170 100 170 C92 170 84 169 77 167 C64 180 46 184 34 182 C42 174 46 162 44 151 C30 138 22 120 22 98 C22 56 50 24 100 24 Z" fill="${fill}" stroke="#5650c8" stroke-width="5" stroke-linejoin="round"/>${faces[name](t)}</g></svg>`;
}

const MOVING = ["hello", "happy", "love", "laugh", "sad", "party"];
const FRAMES = 14;
const GIF_PX = 220;
const FRAME_CS = 7;
const PAPER = `<rect width="200" height="200" fill="#f3f2ff"/>`;

await mkdir(target, { recursive: true });
for (const name of Object.keys(faces)) await writeFile(`${target}${name}.svg`, `${drawing(name)}\n`);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage();
for (const name of MOVING) {
  const frames = [];
  for (let index = 0; index < FRAMES; index += 1) {
    frames.push(await page.evaluate(pixels, [drawing(name, index / FRAMES, PAPER), GIF_PX]));
  }
  await writeFile(`${target}${name}.gif`, gif(frames.map((frame) => Uint8Array.from(frame))));
}
await browser.close();

/** In the page: the pixels of a drawing, three numbers for each. */
async function pixels([svg, size]) {
  const image = new Image(size, size);
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  return [...data].filter((_, index) => index % 4 !== 3);
}

/** A GIF that begins again for ever, of the colours that occur most. */
function gif(frames) {
  const counts = new Map();
  const key = (frame, at) =>
    ((frame[at] & 0xf8) << 16) | ((frame[at + 1] & 0xf8) << 8) | (frame[at + 2] & 0xf8);
  for (const frame of frames) {
    for (let at = 0; at < frame.length; at += 3)
      counts.set(key(frame, at), (counts.get(key(frame, at)) ?? 0) + 1);
  }
  const palette = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 128)
    .map(([colour]) => colour);
  const nearest = new Map();
  const indexOf = (colour) => {
    let index = nearest.get(colour);
    if (index === undefined) {
      index = palette.reduce(
        (best, other, at) => (distance(colour, other) < distance(colour, palette[best]) ? at : best),
        0,
      );
      nearest.set(colour, index);
    }
    return index;
  };
  const bytes = [...Buffer.from("GIF89a"), ...word(GIF_PX), ...word(GIF_PX), 0xf6, 0, 0];
  for (let index = 0; index < 128; index += 1) {
    const colour = palette[index] ?? 0;
    bytes.push((colour >> 16) | 4, ((colour >> 8) & 0xff) | 4, (colour & 0xff) | 4);
  }
  bytes.push(0x21, 0xff, 11, ...Buffer.from("NETSCAPE2.0"), 3, 1, 0, 0, 0);
  for (const frame of frames) {
    const indices = Array.from({ length: frame.length / 3 }, (_, at) => indexOf(key(frame, at * 3)));
    bytes.push(0x21, 0xf9, 4, 4, ...word(FRAME_CS), 0, 0);
    bytes.push(0x2c, 0, 0, 0, 0, ...word(GIF_PX), ...word(GIF_PX), 0, 7, ...blocks(lzw(indices, 7)), 0);
  }
  bytes.push(0x3b);
  return Uint8Array.from(bytes);
}

function word(number) {
  return [number & 0xff, number >> 8];
}

function distance(a, b) {
  const part = (shift) => ((a >> shift) & 0xff) - ((b >> shift) & 0xff);
  return part(16) ** 2 + part(8) ** 2 + part(0) ** 2;
}

function blocks(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.slice(at, at + 255);
    parts.push(part.length, ...part);
  }
  return parts;
}

/** The compression of GIF: codes that grow with the table of what has occurred. */
function lzw(indices, bits) {
  const clear = 1 << bits;
  const bytes = [];
  let [buffer, filled, size, next, table] = [0, 0, bits + 1, clear + 2, new Map()];
  const write = (code) => {
    buffer |= code << filled;
    filled += size;
    while (filled >= 8) {
      bytes.push(buffer & 0xff);
      buffer >>= 8;
      filled -= 8;
    }
  };
  write(clear);
  let known = indices[0];
  for (const index of indices.slice(1)) {
    const code = table.get((known << 8) | index);
    if (code !== undefined) {
      known = code;
      continue;
    }
    write(known);
    table.set((known << 8) | index, next);
    if (next === 1 << size && size < 12) size += 1;
    next += 1;
    if (next === 4096) {
      write(clear);
      [size, next, table] = [bits + 1, clear + 2, new Map()];
    }
    known = index;
  }
  write(known);
  write(clear + 1);
  if (filled > 0) bytes.push(buffer & 0xff);
  return bytes;
}
