import { useState } from "react";
import { nameIn } from "@/matrix/conversations";
import { type Mentioned, mentionAt } from "@/matrix/mentions";
import { useConversation } from "./context";

const SHOWN_MAX = 6;

export interface Mentioning {
  /** Everybody who may be mentioned. */
  readonly people: readonly Mentioned[];
  /** Those who fit what is being typed. */
  readonly fitting: readonly Mentioned[];
  readonly active: number;
  readonly move: (step: number) => void;
  /** The text with the name in it, and where the caret goes. */
  readonly insert: (person: Mentioned) => [text: string, caret: number];
  readonly dismiss: () => void;
}

/** Who may be meant by the @ that is being typed in a group. */
export function useMentioning(text: string, caret: number): Mentioning {
  const { account, source, isGroup } = useConversation();
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState<number | null>(null);
  const at = isGroup ? mentionAt(text, caret) : null;
  const people = isGroup
    ? source.room
        .getMembers()
        .filter(({ userId, membership }) => userId !== account.userId && isThere(membership))
        .map(({ userId }) => ({ userId, name: nameIn(source.room, userId) }))
    : [];
  const term = at?.term.toLocaleLowerCase() ?? "";
  const isOpen = at !== null && at.from !== dismissed;
  const fitting = isOpen ? people.filter(({ name }) => fits(name, term)).slice(0, SHOWN_MAX) : [];
  return {
    people,
    fitting,
    active: Math.min(active, Math.max(0, fitting.length - 1)),
    move: (step) => setActive((active + step + fitting.length) % Math.max(1, fitting.length)),
    insert: ({ name }) => {
      const from = at?.from ?? caret;
      setActive(0);
      const before = `${text.slice(0, from)}@${name} `;
      return [before + text.slice(caret), before.length];
    },
    dismiss: () => setDismissed(at?.from ?? null),
  };
}

/** Whoever is invited reads it later. */
function isThere(membership: string | undefined): boolean {
  return membership === "join" || membership === "invite";
}

function fits(name: string, term: string): boolean {
  return name
    .toLocaleLowerCase()
    .split(/\s+/)
    .some((word) => word.startsWith(term));
}
