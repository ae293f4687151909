import { type ReactNode, useEffect, useRef } from "react";
import styles from "./Composer.module.css";

/** The panel above the field; a press elsewhere or Escape closes it. */
export function Picking({ close, children }: { close: () => void; children: ReactNode }) {
  const holder = useRef<HTMLDivElement>(null);
  const closing = useRef(close);
  closing.current = close;
  useEffect(() => {
    const outside = (event: Event) => {
      const target = event.target as Element;
      if (!holder.current?.contains(target) && !target.closest("[data-opens-picker]")) closing.current();
    };
    const escaped = (event: KeyboardEvent) => event.key === "Escape" && closing.current();
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("keydown", escaped);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      document.removeEventListener("keydown", escaped);
    };
  }, []);
  return (
    <div ref={holder} className={styles.picking}>
      {children}
    </div>
  );
}
