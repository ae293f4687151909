/** A person's account: from its registration to its deactivation. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Person } from "../support/device.js";
import { homeserver } from "../support/homeserver.js";

let server, alice, bob, phone, laptop, bobs;

before(async () => {
    server = await homeserver();
    alice = new Person("alice", server);
    bob = new Person("bob", server);
});

after(async () => {
    alice.stop();
    bob.stop();
    await server.stop();
});

/** @param {number} status @param {string} errcode */
const refusal = (status, errcode) => (error) => {
    assert.equal(`${error.httpStatus} ${error.errcode}`, `${status} ${errcode}`, error.message);
    return true;
};

test("a person registers in two steps, of which the second is a dummy", async () => {
    const visitor = alice.visitor();
    assert.equal(await visitor.isUsernameAvailable(alice.localpart), true);

    const request = { username: alice.localpart, password: alice.password };
    await assert.rejects(visitor.registerRequest(request), ({ httpStatus, data }) => {
        assert.equal(httpStatus, 401);
        assert.ok(data.session, "a session to go on with");
        assert.ok(data.flows.some(({ stages }) => stages.join() === "m.login.dummy"), JSON.stringify(data.flows));
        return true;
    });

    phone = await alice.register("phone");
    assert.equal(phone.userId, alice.userId);
    bobs = await bob.register("tablet");
});

test("a username is given once, and only if its letters are allowed", async () => {
    const visitor = alice.visitor();
    assert.equal(await visitor.isUsernameAvailable(alice.localpart), false);
    await assert.rejects(
        visitor.registerRequest({ username: alice.localpart, password: "another", auth: { type: "m.login.dummy" } }),
        refusal(400, "M_USER_IN_USE"),
    );
    await assert.rejects(visitor.isUsernameAvailable("alice & bob"), refusal(400, "M_INVALID_USERNAME"));
});

test("a person logs in with the password, and only with it", async () => {
    const { flows } = await alice.visitor().loginFlows();
    assert.ok(flows.some(({ type }) => type === "m.login.password"), JSON.stringify(flows));

    const stranger = Object.assign(new Person("alice", server), { localpart: alice.localpart, password: "a guess" });
    await assert.rejects(stranger.logIn("burglar"), refusal(403, "M_FORBIDDEN"));

    laptop = await alice.logIn("laptop");
    assert.equal(laptop.userId, alice.userId);
    assert.notEqual(laptop.id, phone.id);
});

test("each device knows who it is", async () => {
    for (const device of [phone, laptop]) {
        const { user_id, device_id } = await device.client.whoami();
        assert.deepEqual({ user_id, device_id }, { user_id: alice.userId, device_id: device.id });
    }
    await assert.rejects(alice.visitor().whoami(), refusal(401, "M_MISSING_TOKEN"));
});

test("the server tells what it can do", async () => {
    const { versions } = await phone.client.getVersions();
    assert.ok(versions.includes("v1.11"), `authenticated media is there since v1.11: ${versions}`);

    const capabilities = await phone.client.getCapabilities();
    const { default: version, available } = capabilities["m.room_versions"];
    assert.equal(available[version], "stable");
    assert.notEqual(capabilities["m.change_password"]?.enabled, false);

    const { "m.upload.size": limit } = await phone.client.getMediaConfig(true);
    assert.ok(limit > 1_000_000, `an upload may be ${limit} bytes large`);
});

test("people find each other in the user directory by name", async () => {
    await bobs.client.setDisplayName(`Robert the ${bob.localpart}`);
    await phone.client.setDisplayName("Alice");

    const found = async (device, term) => (await device.client.searchUserDirectory({ term })).results;
    const byLocalpart = await found(phone, bob.localpart);
    assert.deepEqual(byLocalpart.map(({ user_id }) => user_id), [bob.userId]);
    assert.equal(byLocalpart[0].display_name, `Robert the ${bob.localpart}`);

    const byDisplayName = await found(bobs, alice.localpart);
    assert.deepEqual(byDisplayName.map(({ user_id, display_name }) => [user_id, display_name]), [[alice.userId, "Alice"]]);
    assert.deepEqual(await found(phone, `nobody-${bob.localpart}`), []);
});

test("a display name is seen in the profile", async () => {
    assert.equal((await bobs.client.getProfileInfo(alice.userId)).displayname, "Alice");
    await phone.client.setDisplayName("Alice of the Moor");
    assert.equal((await bobs.client.getProfileInfo(alice.userId, "displayname")).displayname, "Alice of the Moor");
    await assert.rejects(bobs.client.getProfileInfo(`@nobody:${server.name}`), ({ httpStatus }) => httpStatus === 404);
});

test("devices are listed, named and deleted with the password", async () => {
    const old = await alice.logIn("old phone");
    await old.client.setDeviceDetails(old.id, { display_name: "drawer" });

    const { devices } = await phone.client.getDevices();
    assert.deepEqual(
        devices.map(({ device_id, display_name }) => `${device_id} ${display_name}`).sort(),
        [`${phone.id} phone`, `${laptop.id} laptop`, `${old.id} drawer`].sort(),
    );
    assert.equal((await phone.client.getDevice(old.id)).display_name, "drawer");

    const session = await phone.client.deleteDevice(old.id).then(
        () => assert.fail("the device was deleted without the password"),
        ({ httpStatus, data }) => {
            assert.equal(httpStatus, 401);
            assert.ok(data.flows.some(({ stages }) => stages.includes("m.login.password")), JSON.stringify(data.flows));
            return data.session;
        },
    );
    await assert.rejects(
        phone.client.deleteDevice(old.id, alice.passwordAuth(session, "a guess")),
        refusal(401, "M_FORBIDDEN"),
    );
    await phone.client.deleteDevice(old.id, alice.passwordAuth(session));

    await assert.rejects(old.client.whoami(), refusal(401, "M_UNKNOWN_TOKEN"));
    await assert.rejects(phone.client.getDevice(old.id), refusal(404, "M_NOT_FOUND"));
    assert.equal((await phone.client.getDevices()).devices.length, 2);
});

test("a changed password replaces the old one, and ends the other devices if asked to", async () => {
    const other = await alice.logIn("library computer");
    const before = alice.password;
    const change = (password, endOthers) =>
        alice.byPassword((auth) => phone.client.setPassword(auth ?? undefined, password, endOthers));

    await change("a second long password", false);
    await assert.rejects(alice.logIn("too late"), refusal(403, "M_FORBIDDEN"));
    alice.password = "a second long password";
    assert.equal((await other.client.whoami()).device_id, other.id);

    await change(before, true);
    alice.password = before;
    await assert.rejects(other.client.whoami(), refusal(401, "M_UNKNOWN_TOKEN"));
    await assert.rejects(laptop.client.whoami(), refusal(401, "M_UNKNOWN_TOKEN"));
    assert.equal((await phone.client.whoami()).device_id, phone.id);
    laptop = await alice.logIn("laptop");
});

test("a device that logs out is refused, and gone from the list", async () => {
    await laptop.client.logout();
    await assert.rejects(laptop.client.whoami(), refusal(401, "M_UNKNOWN_TOKEN"));
    const { devices } = await phone.client.getDevices();
    assert.deepEqual(devices.map(({ device_id }) => device_id), [phone.id]);
});

test("all devices can be logged out at once", async () => {
    const devices = [phone, await alice.logIn("tablet"), await alice.logIn("watch")];
    await phone.client.http.authedRequest("POST", "/logout/all");
    for (const device of devices) {
        await assert.rejects(device.client.whoami(), refusal(401, "M_UNKNOWN_TOKEN"));
    }
    phone = await alice.logIn("new phone");
    assert.equal((await phone.client.getDevices()).devices.length, 1);
});

test("an account is deactivated with the password, for good", async () => {
    await assert.rejects(phone.client.deactivateAccount(), ({ httpStatus }) => httpStatus === 401);
    assert.equal((await phone.client.whoami()).user_id, alice.userId);

    await alice.byPassword((auth) => phone.client.deactivateAccount(auth ?? undefined, true));
    await assert.rejects(phone.client.whoami(), refusal(401, "M_UNKNOWN_TOKEN"));
    await assert.rejects(alice.logIn("ghost"), ({ httpStatus }) => httpStatus === 403);
    assert.equal(await bob.visitor().isUsernameAvailable(alice.localpart), false, "the name is not given again");

    const { results } = await bobs.client.searchUserDirectory({ term: alice.localpart });
    assert.deepEqual(results, []);
});
