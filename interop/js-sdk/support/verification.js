/** Two devices compare emoji, as two people or one person holding both would. */

import assert from "node:assert/strict";

import { VerificationPhase, VerificationRequestEvent, VerifierEvent } from "matrix-js-sdk/lib/crypto-api/index.js";

import { until } from "./device.js";

/**
 * Goes from a request that was sent on one device and came in on another to both being done.
 *
 * @param {import("matrix-js-sdk/lib/crypto-api").VerificationRequest} sent
 * @param {import("matrix-js-sdk/lib/crypto-api").VerificationRequest} received
 */
export async function verifyByEmoji(sent, received) {
    await received.accept();
    await changes(sent, "the request being accepted", () => sent.phase === VerificationPhase.Ready);
    const asking = await sent.startVerification("m.sas.v1");
    const answering = await changes(received, "the start of emoji verification", () => received.verifier);

    const shown = [asking, answering].map((verifier) =>
        until("the emoji to compare", verifier, [VerifierEvent.ShowSas], () => verifier.getShowSasCallbacks()),
    );
    const verified = [asking, answering].map((verifier) => verifier.verify());
    const [one, other] = await Promise.all(shown);
    assert.equal(one.sas.emoji.length, 7);
    assert.deepEqual(one.sas.emoji, other.sas.emoji);

    await Promise.all([one.confirm(), other.confirm(), ...verified]);
    for (const request of [sent, received]) {
        await changes(request, "the verification being done", () => request.phase === VerificationPhase.Done);
    }
}

const changes = (request, awaited, look) => until(awaited, request, [VerificationRequestEvent.Change], look);
