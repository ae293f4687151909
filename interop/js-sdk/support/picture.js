/** Pictures for the thumbnailer, made here so that no binary file has to be kept. */

import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** A PNG with a gradient of colours. */
export function png(width, height) {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2], 8); // eight bits for each of red, green and blue
    const rows = Buffer.alloc(height * (1 + width * 3));
    for (let y = 0, at = 0; y < height; y++) {
        rows[at++] = 0; // the row is not filtered
        for (let x = 0; x < width; x++) {
            rows[at++] = (x * 255) / width;
            rows[at++] = (y * 255) / height;
            rows[at++] = 128;
        }
    }
    return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND")]);
}

function chunk(type, data = Buffer.alloc(0)) {
    const body = Buffer.concat([Buffer.from(type), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
}

/** Width and height of a PNG or JPEG, which are what a thumbnail may be. */
export function size(picture) {
    if (picture.subarray(0, 8).equals(SIGNATURE)) {
        return [picture.readUInt32BE(16), picture.readUInt32BE(20)];
    }
    for (let at = 2; at < picture.length; at += 2 + picture.readUInt16BE(at + 2)) {
        const marker = picture.readUInt16BE(at);
        const startsFrame = marker >= 0xffc0 && marker <= 0xffc2;
        if (startsFrame) return [picture.readUInt16BE(at + 7), picture.readUInt16BE(at + 5)];
    }
    throw new Error("neither PNG nor JPEG");
}
