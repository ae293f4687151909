import type { IContent, MatrixEvent, Room } from "matrix-js-sdk";
import type { Account } from "./account";
import { answersTo } from "./answers";

/** A poll as it stands (MSC3381). */
export interface Poll {
  readonly question: string;
  /** Whether votes show before the end. */
  readonly isOpen: boolean;
  readonly selectionsMax: number;
  readonly options: readonly PollOption[];
  readonly voters: number;
  readonly hasEnded: boolean;
}

export interface PollOption {
  readonly id: string;
  readonly text: string;
  readonly votes: number;
  readonly isMine: boolean;
}

/** What somebody chose, and when. */
export interface Ballot {
  readonly voter: string;
  readonly at: number;
  readonly choices: readonly string[];
}

export const POLL_START = ["m.poll.start", "org.matrix.msc3381.poll.start"];
const POLL_RESPONSE = ["m.poll.response", "org.matrix.msc3381.poll.response"];
const POLL_END = ["m.poll.end", "org.matrix.msc3381.poll.end"];

const OPTIONS_MAX = 20;

type Part = Record<string, unknown>;

/** A text in one of the forms that the proposal had over time. */
function textOf(part: unknown): string {
  if (typeof part !== "object" || part === null) return "";
  const { "m.text": texts, "org.matrix.msc1767.text": old, body } = part as Part;
  const first: unknown = Array.isArray(texts) ? (texts[0] as Part | undefined)?.body : texts;
  return [first, old, body].find((text): text is string => typeof text === "string") ?? "";
}

export function startOf(content: IContent): Part | null {
  const start: unknown = content["m.poll"] ?? content["org.matrix.msc3381.poll.start"];
  return typeof start === "object" && start !== null ? (start as Part) : null;
}

export function questionOf(content: IContent): string {
  return textOf(startOf(content)?.question);
}

/** The poll that an event begins, with the votes so far; `null` where it is none. */
export function pollOf(event: MatrixEvent, room: Room, me: string): Poll | null {
  const start = startOf(event.getContent());
  if (!start || !Array.isArray(start.answers)) return null;
  const options = (start.answers as Part[]).slice(0, OPTIONS_MAX).flatMap((answer) => {
    const id: unknown = answer?.["m.id"] ?? answer?.id;
    return typeof id === "string" ? [{ id, text: textOf(answer) }] : [];
  });
  if (options.length === 0) return null;
  const answers = answersTo(room, event.getId() ?? "");
  const end = answers.find((answer) => POLL_END.includes(answer.getType()) && mayEnd(answer, event, room));
  const ballots = answers
    .filter((answer) => POLL_RESPONSE.includes(answer.getType()))
    .map((answer) => ({
      voter: answer.getSender() ?? "",
      at: answer.getTs(),
      choices: choicesOf(answer.getContent()),
    }));
  const max = Number(start.max_selections);
  const selectionsMax = Number.isInteger(max) && max > 0 ? Math.min(max, options.length) : 1;
  return {
    question: textOf(start.question),
    isOpen: String(start.kind).endsWith(".disclosed"),
    selectionsMax,
    ...tally(options, selectionsMax, ballots, me, end?.getTs() ?? Number.POSITIVE_INFINITY),
    hasEnded: end !== undefined,
  };
}

function choicesOf(content: IContent): readonly string[] {
  const old = content["org.matrix.msc3381.poll.response"] as { answers?: unknown } | undefined;
  const choices: unknown = content["m.selections"] ?? old?.answers;
  return Array.isArray(choices) ? choices.filter((choice) => typeof choice === "string") : [];
}

function mayEnd(end: MatrixEvent, start: MatrixEvent, room: Room): boolean {
  const by = end.getSender() ?? "";
  const level = room.getMember(by)?.powerLevel ?? 0;
  return by === start.getSender() || room.currentState.hasSufficientPowerLevelFor("redact", level);
}

/** Counts the last ballot of each voter before the end. One with a choice that isn't there counts for nothing. */
export function tally(
  options: readonly { readonly id: string; readonly text: string }[],
  selectionsMax: number,
  ballots: readonly Ballot[],
  me: string,
  endedAt: number,
): { options: readonly PollOption[]; voters: number } {
  const last = new Map<string, Ballot>();
  for (const ballot of ballots) {
    if (ballot.at <= endedAt && ballot.at >= (last.get(ballot.voter)?.at ?? 0))
      last.set(ballot.voter, ballot);
  }
  const known = new Set(options.map(({ id }) => id));
  const votes = new Map<string, Set<string>>();
  let voters = 0;
  for (const { voter, choices } of last.values()) {
    const counted = [...new Set(choices)].slice(0, selectionsMax);
    if (counted.length === 0 || !counted.every((id) => known.has(id))) continue;
    voters += 1;
    for (const id of counted) votes.set(id, (votes.get(id) ?? new Set()).add(voter));
  }
  return {
    voters,
    options: options.map(({ id, text }) => ({
      id,
      text,
      votes: votes.get(id)?.size ?? 0,
      isMine: votes.get(id)?.has(me) ?? false,
    })),
  };
}

export interface NewPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly isOpen: boolean;
  readonly selectionsMax: number;
}

export function pollContent({ question, options, isOpen, selectionsMax }: NewPoll): Part {
  const text = (body: string) => ({ "m.text": [{ body }] });
  return {
    ...text([question, ...options.map((option, index) => `${index + 1}. ${option}`)].join("\n")),
    "m.poll": {
      question: text(question),
      kind: isOpen ? "m.disclosed" : "m.undisclosed",
      max_selections: selectionsMax,
      answers: options.map((option, index) => ({ "m.id": String(index + 1), ...text(option) })),
    },
  };
}

export function sendPoll({ client }: Account, roomId: string, poll: NewPoll): void {
  client.sendEvent(roomId, "m.poll.start" as never, pollContent(poll) as never).catch(() => {});
}

/** Votes, in the form in which the poll was begun. */
export async function vote(
  { client }: Account,
  start: MatrixEvent,
  choices: readonly string[],
): Promise<void> {
  const isOld = start.getType().startsWith("org.");
  const content = {
    "m.relates_to": reference(start),
    ...(isOld ? { "org.matrix.msc3381.poll.response": { answers: choices } } : { "m.selections": choices }),
  };
  const type = POLL_RESPONSE[isOld ? 1 : 0];
  await client.sendEvent(start.getRoomId() ?? "", type as never, content as never);
}

export async function endPoll({ client }: Account, start: MatrixEvent, text: string): Promise<void> {
  const isOld = start.getType().startsWith("org.");
  const content = {
    "m.relates_to": reference(start),
    "m.text": [{ body: text }],
    ...(isOld && { "org.matrix.msc3381.poll.end": {}, "org.matrix.msc1767.text": text }),
  };
  await client.sendEvent(start.getRoomId() ?? "", POLL_END[isOld ? 1 : 0] as never, content as never);
}

function reference(event: MatrixEvent) {
  return { rel_type: "m.reference", event_id: event.getId() };
}
