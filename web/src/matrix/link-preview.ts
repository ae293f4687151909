import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import type { Account } from "./account";
import { call, Refusal } from "./http";
import { Cell, type Observable, useObservable } from "./observable";

/** What a page says of itself. The server asks it, so that the page doesn't learn who reads the message. */
export interface LinkPreview {
  readonly title: string;
  readonly description: string;
  readonly site: string;
  readonly image: PreviewImage | null;
}

interface PreviewImage {
  readonly mxc: string;
  readonly width: number;
  readonly height: number;
}

/** Previews kept for a while; the one that was asked for first goes first. */
const KEPT_MAX = 200;
const TITLE_MAX = 200;
const DESCRIPTION_MAX = 300;

type Answer = Readonly<Record<string, unknown>>;
type Kept = Map<string, LinkPreview | null | Promise<LinkPreview | null>>;

const kept = new WeakMap<Account, Kept>();

/** Asks for the preview of an address once; `null` where nothing can be said of it. */
function load(account: Account, url: string): LinkPreview | null | Promise<LinkPreview | null> {
  const all = kept.get(account) ?? (new Map() as Kept);
  kept.set(account, all);
  const known = all.get(url);
  if (known !== undefined) return known;
  const path = `/_matrix/client/v1/media/preview_url?url=${encodeURIComponent(url)}`;
  const asked = call<Answer>(path, { token: account.session.accessToken }).then(previewOf);
  const found = asked.catch((error: unknown) => {
    // What the server refuses, it refuses again; where it could not be reached, it is asked another time.
    const isFinal =
      error instanceof Refusal && error.status >= 400 && error.status < 500 && error.status !== 429;
    if (!isFinal) all.delete(url);
    return null;
  });
  all.set(url, found);
  void found.then((preview) => all.has(url) && all.set(url, preview));
  for (const oldest of all.keys()) {
    if (all.size <= KEPT_MAX) break;
    all.delete(oldest);
  }
  return found;
}

/**
 * The preview of an address, once it is there. Nobody is asked before the server was heard: what the device remembers of
 * its owner's choice may be older than the choice.
 */
export function useLinkPreview(account: Account, url: string | null): LinkPreview | null {
  const isLive = useObservable(account.connection) === "live";
  const [, setLoaded] = useState<string | null>(null);
  const found = url ? ((isLive ? load(account, url) : kept.get(account)?.get(url)) ?? null) : null;
  const isPending = found instanceof Promise;
  useEffect(() => {
    if (!isPending || !url) return;
    let isCurrent = true;
    void Promise.resolve(load(account, url)).then(() => isCurrent && setLoaded(url));
    return () => {
      isCurrent = false;
    };
  }, [account, url, isPending]);
  return isPending ? null : found;
}

export function previewOf(answer: Answer): LinkPreview | null {
  const text = (name: string, max: number) => {
    const value = answer[name];
    const line = typeof value === "string" ? value.replace(/\s+/g, " ").trim() : "";
    return line.length > max ? `${line.slice(0, max)}…` : line;
  };
  const image = imageOf(answer);
  const title = text("og:title", TITLE_MAX);
  if (!title && !image) return null;
  return {
    title,
    description: text("og:description", DESCRIPTION_MAX),
    site: text("og:site_name", TITLE_MAX),
    image,
  };
}

function imageOf(answer: Answer): PreviewImage | null {
  const mxc = answer["og:image"];
  // Anything else would be fetched from somewhere else.
  if (typeof mxc !== "string" || !mxc.startsWith("mxc://")) return null;
  return {
    mxc,
    width: Number(answer["og:image:width"]) || 0,
    height: Number(answer["og:image:height"]) || 0,
  };
}

/** In which conversations the server is asked about links. */
export interface PreviewChoice {
  readonly inOpen: boolean;
  /** By it the server learns of links that it could not see. */
  readonly inEncrypted: boolean;
}

const CHOICE = "org.aside.link_previews";

function choiceOf(client: MatrixClient): PreviewChoice {
  const { in_open, in_encrypted } = (client.getAccountData(CHOICE as never)?.getContent() ?? {}) as Answer;
  return { inOpen: in_open !== false, inEncrypted: in_encrypted === true };
}

const choices = new WeakMap<Account, Cell<PreviewChoice>>();

/** What somebody chose, on all their devices. */
export function previewChoice(account: Account): Observable<PreviewChoice> {
  return choiceCell(account);
}

function choiceCell(account: Account): Cell<PreviewChoice> {
  const known = choices.get(account);
  if (known) return known;
  const { client } = account;
  const choice = new Cell(choiceOf(client));
  choices.set(account, choice);
  client.on(ClientEvent.AccountData, (event) => {
    if (event.getType() === CHOICE) choice.set(choiceOf(client));
  });
  return choice;
}

/** It holds here at once, and on the other devices as soon as they hear of it. */
export async function choosePreviews(account: Account, choice: PreviewChoice): Promise<void> {
  const { client } = account;
  const present = choiceCell(account);
  present.set(choice);
  const content = { in_open: choice.inOpen, in_encrypted: choice.inEncrypted };
  try {
    await client.setAccountData(CHOICE as never, content as never);
  } catch (error) {
    present.set(choiceOf(client));
    throw error;
  }
}
