import { type KeyboardEvent, useRef } from "react";
import { VList } from "virtua";
import { useLocation } from "wouter";
import type { ConversationRow } from "@/matrix/row";
import styles from "./ListPane.module.css";
import { Row } from "./Row";

interface Props {
  readonly rows: readonly ConversationRow[];
  readonly drafts: Readonly<Record<string, string>>;
}

const ROW_PX = 72;
/** Drawn before the list knows how high it is, so that the first frame has them. */
const FIRST_ROWS = 14;

/** Only the rows on the screen are in the page. Arrows go from row to row. */
export function RowList({ rows, drafts }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [path] = useLocation();
  const move = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...(list.current?.querySelectorAll<HTMLElement>("a[data-row]") ?? [])];
    const index = links.indexOf(document.activeElement as HTMLElement);
    const next = links[index + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it passes keys on between the links inside.
    <div ref={list} className={styles.rows} onKeyDown={move}>
      <VList data={rows as ConversationRow[]} itemSize={ROW_PX} bufferSize={400} ssrCount={FIRST_ROWS}>
        {(row) => {
          const id = encodeURIComponent(row.id);
          return <Row key={row.id} row={row} draft={drafts[row.id] ?? ""} isOpen={path.endsWith(`/${id}`)} />;
        }}
      </VList>
    </div>
  );
}
