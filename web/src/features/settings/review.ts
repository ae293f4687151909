import { useEffect } from "react";
import type { Account } from "@/matrix/account";
import { Cell, useObservable } from "@/matrix/observable";
import { type Privacy, readPrivacy } from "@/matrix/privacy";

const KEY = "aside.review-from";
/** Whoever has just made an account is left alone with it for so long. */
const FIRST_AFTER_MS = 14 * 24 * 3_600_000;

const isDue = new Cell(false);

export function hideReview(): void {
  isDue.set(false);
}

/** Whether it is time to look through the privacy settings again. It is asked once per visit. */
export function useReviewDue(account: Account): boolean {
  useEffect(() => {
    readPrivacy(account.session).then(
      (privacy) => isDue.set(isReviewTime(privacy)),
      () => {},
    );
  }, [account]);
  return useObservable(isDue);
}

/** The server counts from the beginning; people are asked only after they have used it for a while. */
export function isReviewTime({ isReviewDue, reviewedAt }: Privacy): boolean {
  return isReviewDue && (reviewedAt !== null || isOldEnough());
}

function isOldEnough(): boolean {
  const from = Number(localStorage.getItem(KEY));
  if (from > 0) return Date.now() - from > FIRST_AFTER_MS;
  localStorage.setItem(KEY, String(Date.now()));
  return false;
}
