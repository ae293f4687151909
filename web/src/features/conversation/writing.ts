import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { draftKey, drafts, keepDraft } from "@/matrix/drafts";
import type { Purpose } from "./Composer";
import { useConversation } from "./context";
import { useTyping } from "./typing";

export interface Writing {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly caret: number;
  readonly setCaret: (at: number) => void;
  readonly write: (text: string) => void;
  /** Puts words in the place of what is selected. */
  readonly insert: (words: string) => void;
  /** Another text, with the caret at a place in it. */
  readonly replace: (text: string, caret: number) => void;
  /** What was written has been sent. */
  readonly clear: () => void;
  /** Goes back from an answer or a correction to the draft. */
  readonly finish: () => void;
}

/** The text in the field, which is kept as a draft until it is sent. */
export function useWriting(purpose: Purpose): Writing {
  const { roomId, thread, setPurpose } = useConversation();
  const key = draftKey(roomId, thread?.rootId ?? null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => drafts.get()[key] ?? "");
  const [caret, setCaret] = useState(text.length);
  /** Where the caret is to stand in a text that was put into the field; a new object each time. */
  const [wanted, setWanted] = useState<{ readonly at: number } | null>(null);
  const typing = useTyping();

  const write = (value: string) => {
    setText(value);
    if (purpose.kind !== "edit") keepDraft(key, value);
    typing(value !== "");
  };
  const replace = (value: string, at: number) => {
    write(value);
    setCaret(at);
    setWanted({ at });
  };
  const insert = (words: string) => {
    const start = field.current?.selectionStart ?? text.length;
    const end = field.current?.selectionEnd ?? start;
    replace(text.slice(0, start) + words + text.slice(end), start + words.length);
  };
  const finish = useCallback(() => {
    setPurpose({ kind: "write" });
    setText(drafts.get()[key] ?? "");
  }, [key, setPurpose]);
  const clear = () => {
    typing(false);
    if (purpose.kind !== "edit") keepDraft(key, "");
    finish();
    field.current?.focus();
  };

  useEffect(() => {
    if (purpose.kind === "edit" && purpose.message.body.kind === "text") {
      const { text: words } = purpose.message.body;
      setText(words);
      setWanted({ at: words.length });
    }
    // A keyboard that comes up by itself would cover half of a phone.
    if (purpose.kind !== "write" || matchMedia("(hover: hover)").matches) field.current?.focus();
  }, [purpose]);

  // With the text, and before the next key: whoever types on would otherwise be put back into what they typed.
  useLayoutEffect(() => {
    if (wanted) field.current?.setSelectionRange(wanted.at, wanted.at);
  }, [wanted]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);

  return { field, text, caret, setCaret, write, insert, replace, clear, finish };
}
