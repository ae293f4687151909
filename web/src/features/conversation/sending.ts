import { useState } from "react";
import { whyRefused } from "@/features/people/why-not";
import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { sensitiveIn } from "@/matrix/policy";
import type { ConversationRow } from "@/matrix/row";
import { schedule } from "@/matrix/scheduled";
import { editText, sendText, type TextOptions, textMessage } from "@/matrix/send";
import { toast } from "@/ui/toasts";
import type { Purpose } from "./Composer";
import { useConversation } from "./context";
import { usePolicy } from "./policy";
import type { Uploads } from "./uploads";

interface Props {
  readonly row: ConversationRow;
  readonly purpose: Purpose;
  readonly text: string;
  readonly uploads: Uploads;
  readonly clear: () => void;
}

/** Sends the text and what was chosen, after a question where the text holds what should not be sent in the open. */
export function useSending({ row, purpose, text, uploads, clear }: Props) {
  const { account, roomId } = useConversation();
  const policy = usePolicy();
  const [doubts, setDoubts] = useState<{ kinds: readonly string[]; send: () => void } | null>(null);
  const close = () => setDoubts(null);
  const body = text.trim();
  const hasFiles = uploads.chosen.files.length > 0 && purpose.kind !== "edit";

  const unlessSensitive = async (sendNow: () => void) => {
    // Only what the server may read anyway is shown to it.
    const isOpen = !row.isEncrypted && policy?.warnsOfSensitive;
    const kinds = isOpen && body ? await sensitiveIn(account, body) : [];
    const send = () => {
      close();
      sendNow();
    };
    if (kinds.length > 0) setDoubts({ kinds, send });
    else send();
  };
  const send = async (options: TextOptions) => {
    if (!body && !hasFiles) return;
    await unlessSensitive(() => {
      if (hasFiles) uploads.add(uploads.chosen.take(), { ...options, caption: body });
      else if (purpose.kind === "edit") editText(account, roomId, purpose.message.eventId, body);
      else sendText(account, roomId, body, options);
      clear();
    });
  };
  const sendAt = async (at: number, options: TextOptions) => {
    await unlessSensitive(() => {
      schedule(account, roomId, textMessage(body, options), at).then(
        () => {
          toast(t("scheduled.done", { time: fullDate(at) }));
          clear();
        },
        (error: unknown) => toast(`${t("scheduled.notDone")} ${whyRefused(error)}`),
      );
    });
  };
  return {
    send,
    sendAt,
    mayWait: body !== "" && !hasFiles && purpose.kind !== "edit",
    doubts: doubts && { ...doubts, close },
  };
}
