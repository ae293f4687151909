/**
 * The homeserver under test: the one that HOMESERVER_URL names, or else the binary ASIDE_BIN,
 * started for this test file alone and ended with it.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const START_MS = 20_000;
const STOP_MS = 10_000;

/**
 * @typedef {object} Homeserver
 * @property {string} url
 * @property {string} name the server name, the part of a user ID after the colon
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<Homeserver>} */
export async function homeserver() {
    const name = process.env.HOMESERVER_NAME ?? "localhost";
    if (process.env.HOMESERVER_URL) {
        return { url: process.env.HOMESERVER_URL, name, stop: async () => {} };
    }
    const binary =
        process.env.ASIDE_BIN ?? fileURLToPath(new URL("../../../target/debug/aside", import.meta.url));
    const data = await mkdtemp(join(tmpdir(), "aside-interop-"));
    const listen = `127.0.0.1:${await freePort()}`;
    const server = spawn(
        binary,
        [
            ...["serve", "--listen", listen, "--data", data, "--server-name", "localhost"],
            ...["--open-registration", "--no-rate-limits"],
        ],
        { stdio: ["ignore", "inherit", "inherit"] },
    );
    let ended = "";
    server.on("error", (error) => (ended = error.message));
    server.on("exit", (code, signal) => (ended = `it exited with ${code ?? signal}`));

    const stop = async () => {
        if (!ended) {
            const exit = once(server, "exit", { signal: AbortSignal.timeout(STOP_MS) });
            server.kill("SIGTERM");
            await exit.catch(() => {
                server.kill("SIGKILL");
                throw new Error(`the homeserver was still running ${STOP_MS} ms after SIGTERM`);
            });
        }
        await rm(data, { recursive: true, force: true });
    };

    const url = `http://${listen}`;
    try {
        await answers(url, () => ended);
    } catch (error) {
        await stop();
        throw error;
    }
    return { url, name: "localhost", stop };
}

/**
 * A server that has just been started has no event to await, so it is asked until it answers.
 *
 * @param {string} url
 * @param {() => string} ended why the server is no longer there, if it is not
 */
async function answers(url, ended) {
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline) {
        if (ended()) throw new Error(`the homeserver did not start: ${ended()}`);
        const response = await fetch(`${url}/_matrix/client/versions`).catch(() => null);
        if (response?.ok) return;
        await delay(50);
    }
    throw new Error(`${url}/_matrix/client/versions did not answer within ${START_MS} ms`);
}

/** @returns {Promise<number>} */
async function freePort() {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
    probe.close();
    await once(probe, "close");
    return port;
}
