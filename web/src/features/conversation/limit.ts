import { textLength } from "@/matrix/policy";
import { usePolicy } from "./policy";

export interface Limit {
  /** What may still be written; `null` while there is plenty. */
  readonly left: number | null;
  readonly isOver: boolean;
}

/** From this share of the limit on, it is shown. */
const SHOWN_FROM = 0.8;

/** How far a text is from the longest that the server's rules allow. */
export function useLimit(text: string): Limit {
  const policy = usePolicy();
  if (!policy || policy.textMax < 0) return { left: null, isOver: false };
  // No unit counts more than three of a kind where JavaScript counts one.
  if (text.length * 3 < policy.textMax * SHOWN_FROM) return { left: null, isOver: false };
  const left = policy.textMax - textLength(text.trim(), policy.textUnit);
  return { left: left <= policy.textMax * (1 - SHOWN_FROM) ? left : null, isOver: left < 0 };
}
