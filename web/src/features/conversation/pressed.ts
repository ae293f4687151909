import type { KeyboardEvent } from "react";
import type { Message } from "@/matrix/message";
import { isSent } from "@/matrix/row";
import type { Purpose } from "./Composer";
import type { Mentioning } from "./mentioning";
import type { Writing } from "./writing";

interface Field {
  readonly writing: Writing;
  readonly mentioning: Mentioning;
  readonly purpose: Purpose;
  readonly messages: readonly Message[];
  readonly setPurpose: (purpose: Purpose) => void;
  readonly send: () => void;
}

/** What keys do in the field: Enter sends, Escape gives up, and the arrow up corrects what was said last. */
export function pressedIn({ writing, mentioning, purpose, messages, setPurpose, send }: Field) {
  return (event: KeyboardEvent): void => {
    // Enter also ends the choice of a word in some languages, and then means nothing else.
    if (event.nativeEvent.isComposing) return;
    const deed = mentionDeed(event.key, mentioning, writing) ?? fieldDeed(event);
    if (!deed) return;
    event.preventDefault();
    deed();
  };

  function fieldDeed({ key, shiftKey }: KeyboardEvent): (() => void) | null {
    if (key === "Enter" && !shiftKey && matchMedia("(hover: hover)").matches) return send;
    if (key === "Escape" && purpose.kind !== "write") return writing.finish;
    if (key !== "ArrowUp" || writing.text !== "") return null;
    const last = messages.findLast(isMyText);
    return last ? () => setPurpose({ kind: "edit", message: last }) : null;
  }
}

function isMyText({ isMine, body, delivery }: Message): boolean {
  return isMine && body.kind === "text" && isSent(delivery);
}

/** While names are offered, some keys are for them. */
function mentionDeed(key: string, mentioning: Mentioning, writing: Writing): (() => void) | null {
  const person = mentioning.fitting[mentioning.active];
  if (!person) return null;
  switch (key) {
    case "ArrowDown":
      return () => mentioning.move(1);
    case "ArrowUp":
      return () => mentioning.move(-1);
    case "Escape":
      return mentioning.dismiss;
    case "Enter":
    case "Tab":
      return () => writing.replace(...mentioning.insert(person));
    default:
      return null;
  }
}
