/** How two people come into an encrypted direct message. */

import assert from "node:assert/strict";

/**
 * Invites a person to a direct message, as clients do it.
 *
 * @param {import("./device.js").Device} inviter
 * @param {string} userId
 * @param {{ preset?: string, isDirect?: boolean }} [options] a pair has one direct room; what is not direct is another
 * @returns {Promise<string>} the room ID
 */
export async function invite(inviter, userId, { preset = "trusted_private_chat", isDirect = true } = {}) {
    const { room_id } = await inviter.client.createRoom({
        preset,
        is_direct: isDirect,
        invite: [userId],
        initial_state: [
            { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
        ],
    });
    await remember(inviter, userId, room_id);
    return room_id;
}

/**
 * Accepts the invite by joining, and awaits that both see each other joined in an encrypted room.
 *
 * @param {import("./device.js").Device} invitee
 * @param {import("./device.js").Device} inviter
 * @param {string} roomId
 * @param {{ isDirect?: boolean }} [options]
 */
export async function accept(invitee, inviter, roomId, { isDirect = true } = {}) {
    await invitee.until(`the invite from ${inviter}`, () => invitee.room(roomId)?.getMyMembership() === "invite");
    const directInviter = isDirect ? inviter.userId : undefined;
    assert.equal(invitee.room(roomId).getDMInviter(), directInviter, "the invite tells whether it is a direct one");
    await invitee.client.joinRoom(roomId);
    await remember(invitee, inviter.userId, roomId);
    for (const device of [inviter, invitee]) {
        await device.until("both being joined in an encrypted room", async () => {
            const room = device.room(roomId);
            return room?.getJoinedMembers().length === 2 && (await device.crypto.isEncryptionEnabledInRoom(roomId));
        });
    }
}

/** Puts the room among the direct messages of the account. */
async function remember(device, userId, roomId) {
    const rooms = device.client.getAccountData("m.direct")?.getContent() ?? {};
    await device.client.setAccountData("m.direct", { ...rooms, [userId]: [...(rooms[userId] ?? []), roomId] });
}
