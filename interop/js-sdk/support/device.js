/** A person, and a device of theirs: an unmodified matrix-js-sdk client that is logged in. */

import { randomBytes } from "node:crypto";

// The SDK asks for a newer runtime, of which it uses only this.
Promise.withResolvers ??= function () {
    let resolve, reject;
    const promise = new this((...settle) => ([resolve, reject] = settle));
    return { promise, resolve, reject };
};

// The SDK tells each of its steps, among which the tests' own words would be lost. Its modules take
// the shared logger as it is when they are loaded, so it is silenced first.
const { logger: sharedLogger } = await import("matrix-js-sdk/lib/logger.js");
const say = () => {};
const logger = { trace: say, debug: say, info: say, warn: say, error: say, getChild: () => logger };
sharedLogger.methodFactory = () => say;
sharedLogger.rebuild();

const sdk = await import("matrix-js-sdk");
const { CryptoEvent, decodeRecoveryKey } = await import("matrix-js-sdk/lib/crypto-api/index.js");

const PATIENCE_MS = 20_000;

/** Whatever a test awaits, one of these events comes with it. */
const CHANGES = [
    ...Object.values(sdk.ClientEvent),
    ...Object.values(sdk.RoomEvent),
    ...Object.values(sdk.RoomStateEvent),
    ...Object.values(sdk.RoomMemberEvent),
    ...Object.values(sdk.UserEvent),
    ...Object.values(sdk.ThreadEvent),
    ...Object.values(CryptoEvent),
    sdk.MatrixEventEvent.Decrypted,
    sdk.MatrixEventEvent.Replaced,
];

/**
 * Awaits what `look` finds, looking again at each of the events.
 *
 * @template T
 * @param {string} awaited what is awaited, by whom and from whom
 * @param {{on: Function, off: Function}} emitter
 * @param {string[]} events
 * @param {() => T | Promise<T>} look
 * @param {() => string} hint what may be the reason when it does not come
 * @returns {Promise<NonNullable<T>>}
 */
export function until(awaited, emitter, events, look, hint = () => "") {
    const { promise, resolve, reject } = Promise.withResolvers();
    const check = async () => {
        try {
            const found = await look();
            if (found) resolve(found);
        } catch (error) {
            reject(new Error(`while awaiting ${awaited}`, { cause: error }));
        }
    };
    const giveUp = () => reject(new Error(`${PATIENCE_MS} ms went by without ${awaited}${hint()}`));
    const timer = setTimeout(giveUp, PATIENCE_MS);
    for (const event of events) emitter.on(event, check);
    check();
    return promise.finally(() => {
        clearTimeout(timer);
        for (const event of events) emitter.off(event, check);
    });
}

export class Person {
    /**
     * The name is made unlike any other, so that tests can share a homeserver that was there before.
     *
     * @param {string} name
     * @param {import("./homeserver.js").Homeserver} homeserver
     */
    constructor(name, homeserver) {
        this.name = name;
        this.homeserver = homeserver;
        this.localpart = `${name}-${randomBytes(4).toString("hex")}`;
        this.userId = `@${this.localpart}:${homeserver.name}`;
        this.password = `${name} likes long passwords`;
        /** @type {Device[]} */
        this.devices = [];
    }

    /** A client that is not logged in. */
    visitor() {
        return sdk.createClient({ baseUrl: this.homeserver.url, logger });
    }

    /** Registers, and is logged in on a first device by it. */
    async register(deviceName) {
        const request = { username: this.localpart, password: this.password, initial_device_display_name: deviceName };
        const visitor = this.visitor();
        const session = await visitor.registerRequest(request).catch((error) => error.data.session);
        const auth = { type: "m.login.dummy", session };
        return this.#hold(deviceName, await visitor.registerRequest({ ...request, auth }));
    }

    /** Logs in with the password, on a device that is new unless its ID is given. */
    async logIn(deviceName, deviceId) {
        const credentials = await this.visitor().loginRequest({
            type: "m.login.password",
            identifier: { type: "m.id.user", user: this.localpart },
            password: this.password,
            device_id: deviceId,
            initial_device_display_name: deviceName,
        });
        return this.#hold(deviceName, credentials);
    }

    #hold(deviceName, credentials) {
        const device = new Device(this, deviceName, credentials);
        this.devices.push(device);
        return device;
    }

    /** Answers user-interactive authentication by password, where the server asks for it. */
    byPassword = async (request) => {
        try {
            return await request(null);
        } catch (error) {
            if (error.httpStatus !== 401 || !error.data.flows) throw error;
            return request(this.passwordAuth(error.data.session));
        }
    };

    passwordAuth(session, password = this.password) {
        const identifier = { type: "m.id.user", user: this.localpart };
        return { type: "m.login.password", identifier, password, session };
    }

    stop() {
        for (const device of this.devices) device.stop();
    }
}

export class Device {
    /** The recovery key, once the person has typed it in here. */
    recoveryKey = "";

    /** The requests that the server refused, some of which the SDK keeps to itself. */
    #refused = [];

    constructor(person, name, { access_token, device_id, user_id }) {
        this.person = person;
        this.name = name;
        this.id = device_id;
        this.userId = user_id;
        this.client = sdk.createClient({
            baseUrl: person.homeserver.url,
            accessToken: access_token,
            userId: user_id,
            deviceId: device_id,
            timelineSupport: true,
            logger,
            fetchFn: async (url, request) => {
                const response = await fetch(url, request);
                if (!response.ok) this.#refused.push(`${request.method} ${url} ${response.status}`);
                return response;
            },
            cryptoCallbacks: {
                getSecretStorageKey: async ({ keys }) =>
                    this.recoveryKey ? [Object.keys(keys)[0], decodeRecoveryKey(this.recoveryKey)] : null,
            },
        });
    }

    toString() {
        return `${this.person.name}'s ${this.name}`;
    }

    get crypto() {
        return this.client.getCrypto();
    }

    /** Begins to sync, and is ready when the first sync has been taken in. */
    async start(options = {}) {
        await this.client.initRustCrypto({ useIndexedDB: false });
        await this.client.startClient({ threadSupport: true, ...options });
        await this.until("the first sync", () => this.client.isInitialSyncComplete());
        return this;
    }

    stop() {
        this.client.stopClient();
    }

    /**
     * @template T
     * @param {string} awaited
     * @param {() => T | Promise<T>} look
     */
    until(awaited, look) {
        const hint = () => ["", "The server refused:", ...this.#refused].join("\n  ");
        return until(`${awaited} on ${this}`, this.client, CHANGES, look, hint);
    }

    room(roomId) {
        return this.client.getRoom(roomId);
    }

    /** Awaits that the device shows the event, decrypted if it was encrypted. */
    shows(roomId, eventId, what) {
        return this.until(`${what} (${eventId})`, () => {
            const event = this.room(roomId)?.findEventById(eventId);
            return event && event.getType() !== "m.room.encrypted" && !event.isDecryptionFailure() ? event : null;
        });
    }

    /** Sends a text and awaits that another device shows it. */
    async says(body, roomId, listener) {
        const { event_id } = await this.client.sendTextMessage(roomId, body);
        return listener.shows(roomId, event_id, `"${body}" from ${this}`);
    }

    /** Fetches media as the spec has it since 1.11: with the access token. */
    async download(mxc, { width, height, method, token = this.client.getAccessToken() } = {}) {
        const url = this.client.mxcUrlToHttp(mxc, width, height, method, false, true, true);
        return fetch(url, { headers: token ? { authorization: `Bearer ${token}` } : {} });
    }
}
