/** Faces for pictures of the app, drawn by the project: nobody has to be asked for theirs. */
export interface Face {
  readonly ground: string;
  readonly skin: string;
  readonly hair: string;
  readonly clothes: string;
  readonly cut: keyof typeof CUTS;
  readonly wears?: "glasses" | "beard" | "earrings";
}

/** Hair behind the head, and hair over the forehead. */
const CUTS = {
  short: ["", "M62 92c-4-44 20-62 48-62 30 0 52 20 46 62-6-20-16-30-30-34-20 6-44 4-56 8-4 8-6 16-8 26z"],
  bob: [
    "M54 150c-10-70 6-124 56-124s66 54 56 124c-14 6-98 6-112 0z",
    "M62 100c-4-48 20-74 48-74s52 26 48 74c-8-20-26-32-42-36-12 14-34 26-54 36z",
  ],
  long: [
    "M46 200c4-40-2-60 6-104C58 50 80 26 110 26s52 24 58 70c8 44 2 64 6 104-20 10-108 10-128 0z",
    "M61 104c-6-46 16-78 49-78s55 32 49 78c-6-18-18-36-34-46-14 20-42 34-64 46z",
  ],
  bun: [
    "M110 4a22 22 0 1 1 0 44a22 22 0 1 1 0-44z",
    "M62 96c-4-40 18-62 48-62s52 22 48 62c-8-22-24-36-48-36s-40 14-48 36z",
  ],
  curls: [
    "M60 118a26 26 0 0 1-12-44a26 26 0 0 1 22-38a28 28 0 0 1 40-14a28 28 0 0 1 40 14a26 26 0 0 1 22 38a26 26 0 0 1-12 44z",
    "M64 92a20 20 0 0 1 6-34c2-40 78-40 80 0a20 20 0 0 1 6 34c-10-14-28-20-46-20s-36 6-46 20z",
  ],
  bald: ["", ""],
} as const satisfies Record<string, readonly [string, string]>;

const SIDE = 220;

export function drawFace({ ground, skin, hair, clothes, cut, wears }: Face): string {
  const [behind, over] = CUTS[cut];
  const shade = `<g fill="#000" fill-opacity=".12">`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIDE} ${SIDE}" width="440" height="440">
<rect width="${SIDE}" height="${SIDE}" fill="${ground}"/>
<path fill="${hair}" d="${behind}"/>
<path fill="${clothes}" d="M20 220c4-38 34-54 90-54s86 16 90 54z"/>
<path fill="${skin}" d="M90 132h40v34a20 16 0 0 1-40 0z"/>
${shade}<path d="M90 148c12 10 28 10 40 0v10c-12 8-28 8-40 0z"/></g>
<ellipse cx="63" cy="104" rx="9" ry="13" fill="${skin}"/><ellipse cx="157" cy="104" rx="9" ry="13" fill="${skin}"/>
<path fill="${skin}" d="M64 92c0-34 20-54 46-54s46 20 46 54c0 38-18 62-46 62s-46-24-46-62z"/>
${wears === "beard" ? `<path fill="${hair}" d="M64 100c2 40 20 60 46 60s44-20 46-60c-6 18-18 24-28 24-12 0-24 0-36 0-10 0-22-6-28-24z"/>` : ""}
<path fill="${hair}" d="${over}"/>
<g fill="none" stroke="#2a211d" stroke-linecap="round" stroke-width="4">
<path d="M84 86c4-4 12-5 16-2M120 84c4-3 12-2 16 2"/></g>
<circle cx="92" cy="99" r="4.6" fill="#2a211d"/><circle cx="128" cy="99" r="4.6" fill="#2a211d"/>
${shade}<path d="M108 100h5l5 16a9 6 0 0 1-13 2z"/></g>
<path fill="#fff" stroke="#7c2f35" stroke-width="3" stroke-linejoin="round" d="M94 128c10 5 22 5 32 0-2 14-30 14-32 0z"/>
${wears === "glasses" ? GLASSES : ""}
${wears === "earrings" ? `<circle cx="60" cy="122" r="5" fill="#e8b33f"/><circle cx="160" cy="122" r="5" fill="#e8b33f"/>` : ""}
</svg>`;
}

const GLASSES = `<g fill="none" stroke="#2b2b33" stroke-width="4">
<circle cx="91" cy="100" r="15"/><circle cx="129" cy="100" r="15"/><path d="M106 97c3-3 5-3 8 0M76 97l-12-3M144 97l12-3"/></g>`;

/** A morning by the water, for those who send a photograph. */
export const LANDSCAPE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 600" width="1200" height="900">
<defs>
<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2f5b93"/><stop offset=".55" stop-color="#f2a97c"/><stop offset="1" stop-color="#fbe0ac"/></linearGradient>
<linearGradient id="lake" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f6c795"/><stop offset=".4" stop-color="#7f8fb0"/><stop offset="1" stop-color="#24406a"/></linearGradient>
</defs>
<rect width="800" height="360" fill="url(#sky)"/><circle cx="540" cy="286" r="42" fill="#fff3cf"/>
<path fill="#8a86a8" d="M0 300l90-86 70 56 110-130 96 112 60-44 90 74 110-104 84 84 90-58v156H0z"/>
<path fill="#5b5f86" d="M0 330l120-84 100 60 90-46 130 76 120-92 110 70 130-58v104H0z"/>
<path fill="#2d3c55" d="M0 346c120-30 200-6 320 4s300-34 480-8v30H0z"/>
<rect y="360" width="800" height="240" fill="url(#lake)"/>
<g fill="#fff6dc" fill-opacity=".55"><path d="M470 372h140l-14 6H486zM486 392h108l-12 5h-82zM500 416h80l-10 5h-58zM512 444h54l-8 5h-38z"/></g>
<g fill="#1c2b3d"><path d="M60 600V430l-34 60h22l-34 62h30zM60 600V430l34 60H72l34 62H76zM730 600V452l-26 46h16l-26 48h24zM730 600V452l26 46h-16l26 48h-24z"/>
<path d="M0 574c120-22 260-6 380 6s280 2 420-10v30H0z"/></g>
<path fill="#3a2a22" d="M300 520h120l-14 20h-92z"/><path fill="#d9583b" d="M340 520v-54l40 54z"/></svg>`;
