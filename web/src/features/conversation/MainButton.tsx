import { Mic, SendHorizontal } from "lucide-react";
import { type MouseEvent, useRef } from "react";
import { t } from "@/i18n";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import type { Recorder } from "./recorder";

const LONG_PRESS_MS = 450;

interface Props {
  readonly isEdit: boolean;
  readonly isEmpty: boolean;
  readonly isOver: boolean;
  readonly recorder: Recorder;
  readonly send: () => void;
  /** Asks when to send; `null` where this cannot wait. */
  readonly sendLater: (() => void) | null;
}

/** Sends what is written; where nothing is, it records. A long press, or the other button of the mouse, sends later. */
export function MainButton({ isEdit, isEmpty, isOver, recorder, send, sendLater }: Props) {
  const press = useLongPress(sendLater);
  if (isEmpty && !isEdit && "MediaRecorder" in window) {
    return (
      <IconButton
        icon={Mic}
        label={t("messages.voiceRecord")}
        onClick={() => attempt(recorder.start(), t("messages.voiceRefused"))}
      />
    );
  }
  return (
    <IconButton
      icon={SendHorizontal}
      label={isEdit ? t("conversation.saveEdit") : t("conversation.send")}
      look={isEmpty ? "quiet" : "main"}
      disabled={isEmpty || isOver}
      // The keyboard of a phone would go and come.
      onMouseDown={(event) => event.preventDefault()}
      {...press}
      onClick={() => press.isShort() && send()}
    />
  );
}

function useLongPress(sendLater: (() => void) | null) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wasLong = useRef(false);
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown: () => {
      wasLong.current = false;
      if (!sendLater) return;
      timer.current = setTimeout(() => {
        wasLong.current = true;
        sendLater();
      }, LONG_PRESS_MS);
    },
    onPointerUp: stop,
    onPointerLeave: stop,
    onPointerCancel: stop,
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      stop();
      sendLater?.();
    },
    isShort: () => !wasLong.current,
  };
}
