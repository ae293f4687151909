import { useCallback, useMemo, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { routes } from "@/app/routes";
import { rootIdOf } from "@/matrix/threads";
import type { Timeline } from "@/matrix/timeline";
import type { Wanted } from "./jump";

/** Where in a conversation somebody looks: its address says which thread is open, and which message was looked for. */
export interface Place {
  readonly rootId: string | null;
  readonly wanted: Wanted | null;
  readonly openThread: (rootId: string) => void;
  readonly closeThread: () => void;
  /** Brings a message of the conversation itself into sight; a reply in a thread in its thread. */
  readonly show: (eventId: string) => void;
}

export function usePlace(source: Timeline): Place {
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const { roomId } = source.room;
  const rootId = search.get("thread");
  const named = search.get("at");
  const [shown, setShown] = useState<Wanted | null>(null);
  const wanted = useMemo(() => (named ? { eventId: named } : null), [named]);

  const openThread = useCallback((rootId: string) => go(routes.thread(roomId, rootId)), [go, roomId]);
  const closeThread = useCallback(() => go(routes.conversation(roomId)), [go, roomId]);
  const show = useCallback(
    (eventId: string) => {
      const event = source.find(eventId);
      const rootId = event ? rootIdOf(event) : null;
      if (rootId) go(routes.message(roomId, eventId, rootId));
      else setShown({ eventId });
    },
    [go, roomId, source],
  );
  return { rootId, wanted: shown ?? wanted, openThread, closeThread, show };
}
