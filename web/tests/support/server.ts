import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const START_MS = 60_000;
const STOP_MS = 5_000;

/** The program under test: `ASIDE_BIN`, or the debug build of this repository. */
const binary =
  process.env.ASIDE_BIN ?? fileURLToPath(new URL("../../../target/debug/aside", import.meta.url));

/** A running server with an empty database, and the link that it printed. */
export interface Server {
  readonly url: string;
  readonly link: string;
  readonly stop: () => Promise<void>;
}

export async function startServer(
  flags: readonly string[] = ["--open-registration", "--no-rate-limits"],
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), "aside-web-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const args = ["serve", "--listen", listen, "--data", data, "--server-name", "localhost", ...flags];
  const child = spawn(binary, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const stop = async () => {
    await end(child);
    await rm(data, { recursive: true, force: true });
  };
  // Browsers give keys to pages of this name as to those of https.
  const url = `http://localhost:${listen.split(":")[1]}`;
  try {
    await answers(`http://${listen}`, child);
    const token = /\/register\?token=(\S+)/.exec(printed)?.[1] ?? "";
    return { url, link: `${url}/register?token=${token}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const isGone = await Promise.race([exit.then(() => true), delay(STOP_MS, false)]);
  if (!isGone) child.kill("SIGKILL");
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const response = await fetch(`${url}/_matrix/client/versions`).catch(() => null);
    if (response?.ok) return;
    await delay(50);
  }
  throw new Error(`the server did not answer within ${START_MS} ms`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (typeof address !== "object" || !address) throw new Error("no port is free");
  return address.port;
}
