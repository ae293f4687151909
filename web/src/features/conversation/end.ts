import { type RefObject, useCallback, useEffect, useRef } from "react";
import type { VListHandle } from "virtua";

/** Whoever is this near to the end stays there when something new comes. */
const NEAR_PX = 60;

interface End {
  /** The element around the list. */
  readonly holder: RefObject<HTMLDivElement | null>;
  /** Whether they are at the end, or want to be. */
  readonly isAt: RefObject<boolean>;
  /** Goes to the end, if that is where they are to be. */
  readonly stay: () => void;
  /** Takes in where they are now. */
  readonly moved: (list: VListHandle) => void;
}

/** Keeps whoever is at the end of a list there, whatever becomes larger, and lets go of whoever goes up. */
export function useEnd(): End {
  const holder = useRef<HTMLDivElement>(null);
  const isAt = useRef(true);
  const last = useRef({ offset: 0, size: 0 });

  const stay = useCallback(() => {
    // The list's own way to scroll goes on until its rows are measured, and would take back whoever goes up meanwhile.
    const scroller = scrollerIn(holder.current);
    if (scroller && isAt.current) scroller.scrollTop = scroller.scrollHeight;
  }, []);

  const moved = useCallback(({ scrollOffset: offset, scrollSize: size, viewportSize }: VListHandle) => {
    // Content that has become smaller takes along as much as it lost, and nobody has gone anywhere. Rows that are measured
    // for the first time on the way up change the size too, and somebody has.
    const lost = Math.max(0, last.current.size - size);
    if (size - viewportSize - offset < NEAR_PX) isAt.current = true;
    else if (last.current.offset - offset > lost + 1) isAt.current = false;
    last.current = { offset, size };
  }, []);

  useEffect(() => {
    // Such as a link whose page was found.
    const content = scrollerIn(holder.current)?.firstElementChild;
    if (!content) return;
    const observer = new ResizeObserver(stay);
    observer.observe(content);
    return () => observer.disconnect();
  }, [stay]);

  return { holder, isAt, stay, moved };
}

/** The list, which doesn't give away its element. */
function scrollerIn(holder: HTMLElement | null): Element | null {
  return holder?.querySelector("[data-list]") ?? null;
}
