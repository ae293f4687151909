/** What is said in a direct message, and what becomes of it. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";

import { Attachment, EncryptedAttachment } from "@matrix-org/matrix-sdk-crypto-wasm";
import { MatrixEvent } from "matrix-js-sdk";

import { Person } from "../support/device.js";
import { accept, invite } from "../support/direct-message.js";
import { homeserver } from "../support/homeserver.js";
import { png, size } from "../support/picture.js";

let server, people, alice, bob, roomId;

before(async () => {
    server = await homeserver();
    people = [new Person("alice", server), new Person("bob", server)];
    alice = await (await people[0].register("phone")).start();
    bob = await (await people[1].register("tablet")).start();
});

after(async () => {
    for (const person of people) person.stop();
    await server.stop();
});

/** Sends a message that stands in relation to another one, and awaits that it is shown. */
async function relates(sender, reader, relation, content, what) {
    const { event_id } = await sender.client.sendMessage(roomId, {
        msgtype: "m.text",
        ...content,
        "m.relates_to": relation,
    });
    return reader.shows(roomId, event_id, `${what} from ${sender}`);
}

test("a direct message begins with an invite that is accepted", async () => {
    roomId = await invite(alice, bob.userId);
    await accept(bob, alice, roomId);

    assert.deepEqual(alice.client.getAccountData("m.direct").getContent(), { [bob.userId]: [roomId] });
    assert.deepEqual(await bob.client.getAccountDataFromServer("m.direct"), { [alice.userId]: [roomId] });
    const { joined } = await bob.client.getJoinedRoomMembers(roomId);
    assert.deepEqual(Object.keys(joined).sort(), [alice.userId, bob.userId].sort());
});

test("texts are read both ways, and the server holds none of them", async () => {
    const hello = await alice.says("Hello Bob", roomId, bob);
    assert.equal(hello.getContent().body, "Hello Bob");
    assert.equal(hello.getSender(), alice.userId);
    assert.ok(hello.isEncrypted());

    const answer = await bob.says("Hello Alice", roomId, alice);
    assert.equal(answer.getContent().body, "Hello Alice");

    const held = await alice.client.fetchRoomEvent(roomId, answer.getId());
    assert.equal(held.type, "m.room.encrypted");
    assert.ok(!JSON.stringify(held).includes("Hello"));
});

test("an event sent twice with one transaction ID is sent once", async () => {
    const content = { msgtype: "m.text", body: "once" };
    const send = () =>
        alice.client.http.authedRequest("PUT", `/rooms/${roomId}/send/m.room.message/the-same`, undefined, content);
    assert.equal((await send()).event_id, (await send()).event_id);
});

test("an attachment is uploaded encrypted, and comes out as it went in", async () => {
    const photo = randomBytes(200_000);
    const encrypted = Attachment.encrypt(photo);
    const { content_uri } = await alice.client.uploadContent(encrypted.encryptedData, { includeFilename: false });
    const { event_id } = await alice.client.sendMessage(roomId, {
        msgtype: "m.file",
        body: "photo.raw",
        file: { ...JSON.parse(encrypted.mediaEncryptionInfo), url: content_uri },
        info: { size: photo.length },
    });

    const { file } = (await bob.shows(roomId, event_id, "the attachment from Alice")).getContent();
    const response = await bob.download(file.url);
    assert.equal(response.status, 200);
    const held = Buffer.from(await response.arrayBuffer());
    assert.ok(!held.equals(photo), "what the server holds is not the photo");
    const received = Attachment.decrypt(new EncryptedAttachment(held, JSON.stringify(file)));
    assert.ok(photo.equals(received));

    assert.equal((await bob.download(file.url, { token: "" })).status, 401);
});

test("a picture that is not encrypted has thumbnails", async () => {
    const picture = png(640, 480);
    const upload = await alice.client.uploadContent(picture, { name: "gradient.png", type: "image/png" });

    const response = await bob.download(upload.content_uri);
    assert.equal(response.headers.get("content-type"), "image/png");
    assert.match(response.headers.get("content-disposition"), /filename="?gradient.png/);
    assert.ok(picture.equals(Buffer.from(await response.arrayBuffer())));

    const thumbnail = await bob.download(upload.content_uri, { width: 320, height: 240, method: "scale" });
    assert.match(thumbnail.headers.get("content-type"), /^image\/(png|jpeg|webp)$/);
    assert.deepEqual(size(Buffer.from(await thumbnail.arrayBuffer())), [320, 240]);
});

test("a message gets a reaction, which can be taken back", async () => {
    const message = await alice.says("Shall we meet?", roomId, bob);
    const { event_id } = await bob.client.sendEvent(roomId, "m.reaction", {
        "m.relates_to": { rel_type: "m.annotation", event_id: message.getId(), key: "👍" },
    });

    const reactions = () =>
        alice.room(roomId).relations.getChildEventsForEvent(message.getId(), "m.annotation", "m.reaction");
    await alice.until("the reaction from Bob", () => reactions()?.getRelations().length === 1);
    assert.deepEqual(
        reactions().getSortedAnnotationsByKey().map(([key, events]) => [key, [...events].map((e) => e.getSender())]),
        [["👍", [bob.userId]]],
    );

    await bob.client.redactEvent(roomId, event_id);
    await alice.until("Bob taking the reaction back", () => reactions().getRelations().length === 0);
});

test("a reply names what it replies to", async () => {
    const question = await alice.says("Where?", roomId, bob);
    const reply = await relates(
        bob,
        alice,
        { "m.in_reply_to": { event_id: question.getId() } },
        { body: "At the harbour" },
        "the reply",
    );
    assert.equal(reply.replyEventId, question.getId());
    assert.equal(reply.getContent().body, "At the harbour");
});

test("an edit replaces the text, and is bundled with the event when it is fetched again", async () => {
    const original = await alice.says("See you at sevn", roomId, bob);
    const edit = await relates(
        alice,
        bob,
        { rel_type: "m.replace", event_id: original.getId() },
        { body: "* See you at seven", "m.new_content": { msgtype: "m.text", body: "See you at seven" } },
        "the edit",
    );
    await bob.until("the corrected text from Alice", () => original.getContent().body === "See you at seven");

    const { unsigned } = await bob.client.fetchRoomEvent(roomId, original.getId());
    const bundled = new MatrixEvent(unsigned["m.relations"]["m.replace"]);
    assert.equal(bundled.getId(), edit.getId());
    await bob.client.decryptEventIfNeeded(bundled);
    assert.equal(bundled.getContent()["m.new_content"].body, "See you at seven");
});

test("a redacted message is emptied for everyone", async () => {
    const regretted = await alice.says("I never liked your hat", roomId, bob);
    await alice.client.redactEvent(roomId, regretted.getId(), undefined, { reason: "rude" });
    await bob.until("the redaction from Alice", () => regretted.isRedacted());
    assert.deepEqual(regretted.getContent(), {});

    const held = await bob.client.fetchRoomEvent(roomId, regretted.getId());
    assert.deepEqual(held.content, {});
    assert.equal(held.unsigned.redacted_because.content.reason, "rude");
    assert.equal(held.unsigned.redacted_because.sender, alice.userId);
});

test("a thread grows from a message, and is listed with its last reply", async () => {
    const root = await alice.says("About the boat", roomId, bob);
    const inThread = { rel_type: "m.thread", event_id: root.getId() };
    const first = await relates(bob, alice, inThread, { body: "It leaks" }, "the reply in the thread");
    const last = await relates(alice, bob, inThread, { body: "Then we swim" }, "the reply in the thread");

    const thread = await bob.until("the thread with two replies", () => {
        const found = bob.room(roomId).getThread(root.getId());
        return found?.length === 2 ? found : null;
    });
    assert.equal(thread.rootEvent.getContent().body, "About the boat");
    assert.equal(first.threadRootId, root.getId());

    const { chunk } = await bob.client.createThreadListMessagesRequest(roomId, null, 10, "b", "all");
    assert.deepEqual(chunk.map(({ event_id }) => event_id), [root.getId()]);
    const bundled = chunk[0].unsigned["m.relations"]["m.thread"];
    assert.equal(bundled.count, 2);
    assert.equal(bundled.latest_event.event_id, last.getId());
    assert.equal(bundled.current_user_participated, true);

    const { events } = await bob.client.relations(roomId, root.getId(), "m.thread", "m.room.message");
    assert.deepEqual(events.map((event) => event.getContent().body), ["Then we swim", "It leaks"]);
});

test("history is paginated backwards from the newest event to the first", async () => {
    const numbered = [];
    for (let number = 1; number <= 25; number++) {
        numbered.push((await alice.client.sendTextMessage(roomId, `Number ${number}`)).event_id);
    }
    const newcomer = await (await people[1].logIn("desktop")).start({ initialSyncLimit: 5 });
    const room = newcomer.room(roomId);
    assert.ok(!room.findEventById(numbered[0]), "the first number is not in the first sync");

    for (let pages = 0; room.oldState.paginationToken; pages++) {
        assert.ok(pages < 50, "there is an end to pagination");
        await newcomer.client.scrollback(room, 10);
    }
    const timeline = room.getLiveTimeline().getEvents();
    assert.equal(timeline[0].getType(), "m.room.create");
    const ids = timeline.map((event) => event.getId());
    assert.equal(new Set(ids).size, ids.length, "no event comes twice");
    assert.deepEqual(ids.filter((id) => numbered.includes(id)), numbered);
});

test("an event is fetched with its context", async () => {
    const told = [];
    for (const body of ["before", "amid", "after"]) told.push(await alice.says(body, roomId, bob));
    for (let number = 0; number < 10; number++) await alice.says(`and ${number}`, roomId, bob);

    const newcomer = await (await people[1].logIn("laptop")).start({ initialSyncLimit: 2 });
    const timelineSet = newcomer.room(roomId).getUnfilteredTimelineSet();
    const timeline = await newcomer.client.getEventTimeline(timelineSet, told[1].getId());
    assert.ok(await newcomer.client.paginateEventTimeline(timeline, { backwards: true, limit: 1 }));
    assert.ok(await newcomer.client.paginateEventTimeline(timeline, { backwards: false, limit: 1 }));
    assert.deepEqual(
        timeline.getEvents().map((event) => event.getId()),
        told.map((event) => event.getId()),
    );
});
