import type { ClipboardEvent, KeyboardEvent } from "react";
import { t } from "@/i18n";
import type { ConversationRow } from "@/matrix/row";
import { useConversation } from "./context";
import type { Mentioning } from "./mentioning";
import type { Writing } from "./writing";

interface Props {
  readonly row: ConversationRow;
  readonly writing: Writing;
  readonly mentioning: Mentioning;
  /** Whether it is longer than the server takes. */
  readonly isOver: boolean;
  readonly pressed: (event: KeyboardEvent) => void;
  readonly pasted: (files: readonly File[]) => void;
}

/** Where a message is written. */
export function Field({ row, writing, mentioning, isOver, pressed, pasted }: Props) {
  const { thread } = useConversation();
  const isNaming = mentioning.fitting.length > 0;
  const hint = row.isEncrypted ? t("conversation.writeEncrypted") : t("conversation.write");
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    pasted([...event.clipboardData.files]);
  };
  return (
    <textarea
      ref={writing.field}
      rows={1}
      dir="auto"
      value={writing.text}
      placeholder={thread ? t("threads.write") : hint}
      aria-label={thread ? t("threads.write") : t("conversation.write")}
      aria-invalid={isOver || undefined}
      aria-controls={isNaming ? "mentions" : undefined}
      aria-activedescendant={isNaming ? `mention-${mentioning.active}` : undefined}
      enterKeyHint="enter"
      onChange={(event) => writing.write(event.target.value)}
      onSelect={({ currentTarget }) => writing.setCaret(currentTarget.selectionStart)}
      onKeyDown={pressed}
      onPaste={paste}
    />
  );
}
