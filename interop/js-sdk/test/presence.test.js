/** What two people see of each other in a direct message, and how it ends. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Person } from "../support/device.js";
import { accept, invite } from "../support/direct-message.js";
import { homeserver } from "../support/homeserver.js";
import { png } from "../support/picture.js";

let server, people, alice, bob, roomId;

before(async () => {
    server = await homeserver();
    people = [new Person("alice", server), new Person("bob", server)];
    alice = await (await people[0].register("phone")).start();
    bob = await (await people[1].register("tablet")).start();
    roomId = await invite(alice, bob.userId);
    await accept(bob, alice, roomId);
});

after(async () => {
    for (const person of people) person.stop();
    await server.stop();
});

/** The event up to which a person has read, as it came from the server. */
const readUpTo = (device, userId, type) => device.room(roomId).getReadReceiptForUserId(userId, true, type)?.eventId;

/**
 * How many events are unread by the server's count, which a device is told that logs in now;
 * one that is there already counts for itself in encrypted rooms.
 */
async function unread(person) {
    const { client } = await person.logIn("watch");
    const { rooms } = await client.http.authedRequest("GET", "/sync", { timeout: 0 });
    return rooms.join[roomId].unread_notifications.notification_count;
}

test("typing is seen while it lasts", async () => {
    const typing = () => bob.room(roomId).getMember(alice.userId).typing;
    await alice.client.sendTyping(roomId, true, 20_000);
    await bob.until("Alice typing", typing);
    await alice.client.sendTyping(roomId, false, 0);
    await bob.until("Alice no longer typing", () => !typing());
});

test("presence is seen by the other", async () => {
    await bob.until("Alice being online", () => bob.client.getUser(alice.userId)?.presence === "online");
    await alice.client.setPresence({ presence: "online", status_msg: "at the harbour" });
    await bob.until("the status of Alice", () => bob.client.getUser(alice.userId).presenceStatusMsg === "at the harbour");

    const { presence, status_msg } = await bob.client.getPresence(alice.userId);
    assert.deepEqual({ presence, status_msg }, { presence: "online", status_msg: "at the harbour" });
});

test("a public read receipt is seen by the other", async () => {
    const message = await alice.says("Read this", roomId, bob);
    await bob.client.sendReadReceipt(message);
    await alice.until("the receipt from Bob", () => readUpTo(alice, bob.userId) === message.getId());
    assert.ok(alice.room(roomId).hasUserReadEvent(bob.userId, message.getId()));
});

test("a private read receipt is seen by one's own devices alone", async () => {
    const seen = readUpTo(alice, bob.userId);
    const message = await alice.says("Read this in secret", roomId, bob);
    await bob.client.sendReadReceipt(message, "m.read.private");

    const desktop = await (await people[1].logIn("desktop")).start();
    assert.equal(readUpTo(desktop, bob.userId, "m.read.private"), message.getId());

    // What Bob types next comes to Alice in a later sync than a receipt would have come.
    await bob.client.sendTyping(roomId, true, 20_000);
    await alice.until("Bob typing", () => alice.room(roomId).getMember(bob.userId).typing);
    await bob.client.sendTyping(roomId, false, 0);
    assert.equal(readUpTo(alice, bob.userId), seen);
    assert.equal(readUpTo(alice, bob.userId, "m.read.private"), undefined);
});

test("the read marker and both receipts move in one request", async () => {
    const message = await alice.says("Read to here", roomId, bob);
    await bob.client.setRoomReadMarkers(roomId, message.getId(), message, message);
    const marker = await bob.until("the read marker", () => {
        const { event_id } = bob.room(roomId).getAccountData("m.fully_read")?.getContent() ?? {};
        return event_id === message.getId();
    });
    assert.ok(marker);
    await alice.until("the receipt from Bob", () => readUpTo(alice, bob.userId) === message.getId());
});

test("unread counts go up with each message and back to nothing when it is read", async () => {
    assert.equal(await unread(people[1]), 0);
    await alice.says("One", roomId, bob);
    await alice.says("Two", roomId, bob);
    const last = await alice.says("Three", roomId, bob);
    assert.equal(await unread(people[1]), 3);
    assert.equal(await unread(people[0]), 0, "one's own messages are not unread");
    await bob.until("three unread", () => bob.room(roomId).getUnreadNotificationCount("total") === 3);

    await bob.client.sendReadReceipt(last);
    await bob.until("nothing unread", () => bob.room(roomId).getUnreadNotificationCount("total") === 0);
    assert.equal(await unread(people[1]), 0);
});

test("a room is tagged by each for themselves", async () => {
    await alice.client.setRoomTag(roomId, "m.favourite", { order: 0.5 });
    await alice.until("the tag", () => alice.room(roomId).tags["m.favourite"]?.order === 0.5);
    assert.deepEqual((await alice.client.getRoomTags(roomId)).tags, { "m.favourite": { order: 0.5 } });
    assert.deepEqual((await bob.client.getRoomTags(roomId)).tags, {});

    await alice.client.deleteRoomTag(roomId, "m.favourite");
    await alice.until("the tag being gone", () => !alice.room(roomId).tags["m.favourite"]);
});

test("a new display name and avatar are seen in the room", async () => {
    await alice.client.setDisplayName("Alice of the Moor");
    const { content_uri } = await alice.client.uploadContent(png(64, 64), { type: "image/png" });
    await alice.client.setAvatarUrl(content_uri);

    await bob.until("the name and avatar of Alice", () => {
        const member = bob.room(roomId).getMember(alice.userId);
        return member.rawDisplayName === "Alice of the Moor" && member.getMxcAvatarUrl() === content_uri;
    });
    const profile = await bob.client.getProfileInfo(alice.userId);
    assert.equal(profile.displayname, "Alice of the Moor");
    assert.equal(profile.avatar_url, content_uri);
});

test("an ignored person is not heard until they are ignored no longer", async () => {
    await alice.client.setIgnoredUsers([bob.userId]);
    const { event_id: unheard } = await bob.client.sendTextMessage(roomId, "Are you there?");
    // A pair has one direct room, so that every further room of theirs is not a direct one.
    const uninvited = await invite(bob, alice.userId, { isDirect: false });

    // Alice's own message comes to her after what came before it.
    await alice.says("Silence at last", roomId, alice);
    assert.equal(alice.room(roomId).findEventById(unheard), undefined);
    assert.equal(alice.room(uninvited), null);

    await alice.client.setIgnoredUsers([]);
    const heard = await bob.says("Still here", roomId, alice);
    assert.equal(heard.getContent().body, "Still here");
});

test("a person who is removed is told why, and may come back when invited again", async () => {
    const room = await invite(alice, bob.userId, { preset: "private_chat", isDirect: false });
    await accept(bob, alice, room, { isDirect: false });
    await alice.client.kick(room, bob.userId, "wrong number");
    await bob.until("being removed by Alice", () => bob.room(room).getMyMembership() === "leave");
    const { membership, reason } = bob.room(room).getMember(bob.userId).events.member.getContent();
    assert.deepEqual({ membership, reason }, { membership: "leave", reason: "wrong number" });
    await assert.rejects(bob.client.sendStateEvent(room, "m.room.topic", { topic: "in" }), ({ httpStatus }) => httpStatus === 403);
    await assert.rejects(bob.client.joinRoom(room), ({ httpStatus }) => httpStatus === 403);

    await alice.client.invite(room, bob.userId);
    await bob.until("the second invite from Alice", () => bob.room(room).getMyMembership() === "invite");
    await bob.client.joinRoom(room);
    const member = () => alice.room(room).getMember(bob.userId).membership;
    await alice.until("Bob being back", () => member() === "join");
    const { event_id } = await alice.client.sendTextMessage(room, "Sorry, right number");
    assert.equal((await bob.shows(room, event_id, "the apology")).getContent().body, "Sorry, right number");
});

test("an invite can be declined", async () => {
    const room = await invite(alice, bob.userId, { isDirect: false });
    await bob.until("the invite from Alice", () => bob.room(room)?.getMyMembership() === "invite");
    await bob.client.leave(room);
    await alice.until("Bob declining", () => alice.room(room).getMember(bob.userId)?.membership === "leave");
    await bob.until("the invite being gone", () => bob.room(room).getMyMembership() === "leave");
});

test("a person leaves a room, and forgets it", async () => {
    const last = await bob.says("Farewell", roomId, alice);
    await bob.client.leave(roomId);
    await bob.until("having left", () => bob.room(roomId).getMyMembership() === "leave");
    await alice.until("Bob leaving", () => alice.room(roomId).getMember(bob.userId).membership === "leave");
    assert.ok(!(await bob.client.getJoinedRooms()).joined_rooms.includes(roomId));
    assert.equal((await bob.client.fetchRoomEvent(roomId, last.getId())).event_id, last.getId());

    await bob.client.forget(roomId);
    await assert.rejects(bob.client.createMessagesRequest(roomId, null, 10, "b"), ({ httpStatus }) => httpStatus === 403);
    await alice.client.forget(roomId).then(
        () => assert.fail("a room can be forgotten only when it was left"),
        ({ httpStatus }) => assert.equal(httpStatus, 400),
    );
});
