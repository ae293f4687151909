import { useCallback, useEffect, useRef, useState } from "react";
import { useAccount } from "@/app/account";
import { findGifs, type Gif } from "@/matrix/gifs";

export interface FoundGifs {
  /** `none` where the server has no provider of moving pictures. */
  readonly state: "looking" | "done" | "failed" | "none";
  readonly gifs: readonly Gif[];
  /** Whose pictures they are. */
  readonly provider: string | null;
  /** Looks for more of the same. */
  readonly more: () => void;
}

interface Found extends Omit<FoundGifs, "more"> {
  readonly next: string | null;
}

/** Somebody who still writes is waited for. */
const TYPING_MS = 350;
const NOTHING: Found = { state: "looking", gifs: [], provider: null, next: null };

/** Moving pictures that fit some words, as far as somebody has looked. */
export function useGifs(query: string): FoundGifs {
  const account = useAccount();
  const [found, setFound] = useState<Found>(NOTHING);
  /** Rises with each search, so that what comes late is told from what is wanted now. */
  const search = useRef(0);
  const words = query.trim();

  const look = useCallback(
    async (words: string, before: Found) => {
      const mine = search.current;
      setFound({ ...before, state: "looking" });
      const page = await findGifs(account, words, before.next ?? undefined).catch(() => undefined);
      if (mine !== search.current) return;
      if (page === null) return setFound({ ...NOTHING, state: "none" });
      if (page === undefined) return setFound({ ...before, state: "failed" });
      // What is liked changes while somebody looks, so a later part may repeat some of an earlier one.
      const known = new Set(before.gifs.map(({ id }) => id));
      const gifs = [...before.gifs, ...page.gifs.filter(({ id }) => !known.has(id))];
      setFound({ state: "done", gifs, provider: page.provider, next: page.next ?? null });
    },
    [account],
  );

  useEffect(() => {
    search.current += 1;
    setFound((found) => ({ ...found, state: found.state === "none" ? "none" : "looking" }));
    const timer = setTimeout(() => void look(words, NOTHING), words ? TYPING_MS : 0);
    return () => clearTimeout(timer);
  }, [words, look]);

  const more = useCallback(() => {
    if (found.state === "done" && found.next) void look(words, found);
  }, [found, look, words]);
  return { ...found, more };
}
