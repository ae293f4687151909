import { useEffect, useRef } from "react";
import { Cell, useObservable } from "@/matrix/observable";
import styles from "./toasts.module.css";

interface Toast {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 4500;
const SHOWN_MAX = 3;

const shown = new Cell<readonly Toast[]>([]);
let lastId = 0;

/** Says something for a few seconds, at the edge of the screen. */
export function toast(text: string): void {
  lastId += 1;
  const id = lastId;
  shown.set([...shown.get(), { id, text }].slice(-SHOWN_MAX));
  setTimeout(() => shown.set(shown.get().filter((toast) => toast.id !== id)), SHOWN_MS);
}

export function Toasts() {
  const toasts = useObservable(shown);
  const place = useRef<HTMLDivElement>(null);
  // Shown anew, they are above a dialog that was opened since. The oldest browsers know no popovers.
  useEffect(() => {
    place.current?.hidePopover?.();
    if (toasts.length > 0) place.current?.showPopover?.();
  }, [toasts]);
  return (
    <div ref={place} className={styles.toasts} popover="manual" role="status" aria-live="polite">
      {toasts.map(({ id, text }) => (
        <p key={id} className={styles.toast}>
          {text}
        </p>
      ))}
    </div>
  );
}
