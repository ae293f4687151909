/** How the keys to a conversation go from device to device, and survive the loss of all of them. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Person } from "../support/device.js";
import { accept, invite } from "../support/direct-message.js";
import { homeserver } from "../support/homeserver.js";
import { verifyByEmoji } from "../support/verification.js";

let server, alice, bob, phone, laptop, tablet, roomId, old, recoveryKey;

before(async () => {
    server = await homeserver();
    alice = new Person("alice", server);
    bob = new Person("bob", server);
    phone = await (await alice.register("phone")).start();
    tablet = await (await bob.register("tablet")).start();
});

after(async () => {
    alice.stop();
    bob.stop();
    await server.stop();
});

/** Whether a device trusts another one because its owner does. */
async function isVerified(observer, device) {
    const status = await observer.crypto.getDeviceVerificationStatus(device.userId, device.id);
    return Boolean(status?.signedByOwner);
}

/** How many room keys the server says are in the backup. */
async function backedUp(device) {
    return (await device.client.http.authedRequest("GET", "/room_keys/version")).count;
}

async function privateKeysAreHere(device) {
    const { privateKeysCachedLocally: keys } = await device.crypto.getCrossSigningStatus();
    return keys.masterKey && keys.selfSigningKey && keys.userSigningKey;
}

test("cross-signing is set up by a first device, and seen by others", async () => {
    for (const [person, device] of [[alice, phone], [bob, tablet]]) {
        await device.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: person.byPassword });
        assert.ok(await device.crypto.isCrossSigningReady());
    }
    roomId = await invite(phone, bob.userId);
    await accept(tablet, phone, roomId);

    await tablet.until("Alice's phone signed by Alice", () => isVerified(tablet, phone));
    assert.ok(await tablet.crypto.userHasCrossSigningKeys(alice.userId, true));
    assert.ok(!(await tablet.crypto.getUserVerificationStatus(alice.userId)).isVerified());
});

test("keys are replaced only with the password", async () => {
    const replace = (authUploadDeviceSigningKeys) =>
        phone.crypto.bootstrapCrossSigning({ setupNewCrossSigning: true, authUploadDeviceSigningKeys });
    await assert.rejects(replace((request) => request(null)), ({ httpStatus, data }) => {
        assert.equal(httpStatus, 401);
        assert.ok(data.flows.some(({ stages }) => stages.includes("m.login.password")), JSON.stringify(data.flows));
        return true;
    });
    await replace(alice.byPassword);
    await tablet.until("Alice's phone signed with the new keys", () => isVerified(tablet, phone));
});

test("room keys are backed up, under a key in secret storage", async () => {
    const generated = await phone.crypto.createRecoveryKeyFromPassphrase();
    recoveryKey = phone.recoveryKey = generated.encodedPrivateKey;
    await phone.crypto.bootstrapSecretStorage({
        createSecretStorageKey: async () => generated,
        setupNewKeyBackup: true,
    });
    assert.ok(await phone.crypto.isSecretStorageReady());
    assert.ok(await phone.crypto.getActiveSessionBackupVersion());

    old = [await phone.says("Long ago", roomId, tablet), await tablet.says("Far away", roomId, phone)];
    await phone.until("both room keys in the backup", async () => (await backedUp(phone)) === 2);
    assert.ok((await phone.crypto.isKeyBackupTrusted(await phone.crypto.getKeyBackupInfo())).trusted);
});

test("a second device is verified by emoji, and given the secrets", async () => {
    laptop = await (await alice.logIn("laptop")).start();
    assert.ok(!(await isVerified(laptop, laptop)));
    await phone.until("the laptop among the devices", async () => {
        const devices = await phone.crypto.getUserDeviceInfo([alice.userId]);
        return devices.get(alice.userId)?.has(laptop.id);
    });

    const sent = await laptop.crypto.requestOwnUserVerification();
    const received = await phone.until(
        "the request from the laptop",
        () => phone.crypto.getVerificationRequestsToDeviceInProgress(alice.userId)[0],
    );
    assert.equal(received.otherDeviceId, laptop.id);
    await verifyByEmoji(sent, received);

    await tablet.until("the laptop signed by Alice", () => isVerified(tablet, laptop));
    await laptop.until("the cross-signing keys from the phone", () => privateKeysAreHere(laptop));
    await laptop.until("the backup key from the phone", () => laptop.crypto.getSessionBackupPrivateKey());
});

test("a second device restores history with the recovery key", async () => {
    laptop.recoveryKey = recoveryKey;
    await laptop.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const { total, imported } = await laptop.crypto.restoreKeyBackup();
    assert.deepEqual({ total, imported }, { total: 2, imported: 2 });
    for (const event of old) {
        const read = await laptop.shows(roomId, event.getId(), "an old message from the backup");
        assert.equal(read.getContent().body, event.getContent().body);
    }
});

test("messages are read on all devices of both people", async () => {
    const { event_id } = await tablet.client.sendTextMessage(roomId, "To all your devices");
    for (const device of [phone, laptop]) {
        assert.equal((await device.shows(roomId, event_id, "Bob's message")).getContent().body, "To all your devices");
    }
    const answer = await laptop.says("From my laptop", roomId, tablet);
    assert.equal((await phone.shows(roomId, answer.getId(), "the laptop's message")).getContent().body, "From my laptop");
});

test("two people verify each other by emoji in their conversation", async () => {
    const sent = await tablet.crypto.requestVerificationDM(alice.userId, roomId);
    const received = await phone.until(
        "the request from Bob",
        () => phone.crypto.findVerificationRequestDMInProgress(roomId, bob.userId),
    );
    await verifyByEmoji(sent, received);
    for (const [device, person] of [[phone, bob], [tablet, alice]]) {
        await device.until(`${person.name} being verified`, async () =>
            (await device.crypto.getUserVerificationStatus(person.userId)).isVerified(),
        );
    }
});

test("a fresh device recovers everything by recovery key when all others are lost", async () => {
    const count = await backedUp(phone);
    phone.stop();
    laptop.stop();
    const fresh = await (await alice.logIn("new phone")).start({ initialSyncLimit: 100 });
    assert.ok(await fresh.crypto.userHasCrossSigningKeys(), "the public keys are still there");
    fresh.recoveryKey = recoveryKey;
    await fresh.crypto.bootstrapCrossSigning({});
    await fresh.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    assert.ok(await privateKeysAreHere(fresh));
    assert.ok(await fresh.crypto.checkKeyBackupAndEnable());
    assert.ok((await fresh.crypto.restoreKeyBackup()).imported >= count, `of ${count} room keys`);

    for (const event of old) {
        const read = await fresh.shows(roomId, event.getId(), "an old message from the backup");
        assert.equal(read.getContent().body, event.getContent().body);
    }
    await tablet.until("the fresh device signed by Alice", () => isVerified(tablet, fresh));
    assert.ok((await tablet.crypto.getUserVerificationStatus(alice.userId)).isVerified(), "Alice is still Alice to Bob");

    const lost = [phone.id, laptop.id];
    await alice.byPassword((auth) => fresh.client.deleteMultipleDevices(lost, auth ?? undefined));
    await tablet.until("the fresh device as Alice's only one", async () => {
        const devices = (await tablet.crypto.getUserDeviceInfo([alice.userId])).get(alice.userId);
        return [...devices.keys()].join() === fresh.id;
    });
    const read = await fresh.says("I am back", roomId, tablet);
    assert.equal(read.getContent().body, "I am back");
});
