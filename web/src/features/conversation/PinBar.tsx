import { Pin, PinOff } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import { mayPin, pinMessage, pinsOf } from "@/matrix/pins";
import type { TimelineState } from "@/matrix/timeline";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { useConversation } from "./context";
import styles from "./PinBar.module.css";
import { previewText } from "./preview-text";

/** What is pinned stands above the messages. A press leads to it, the next one to the pin before. */
export function PinBar({ state }: { state: TimelineState }) {
  const { account, source, show } = useConversation();
  const [turn, setTurn] = useState(0);
  // Pins are a part of the timeline: when they change, so does the state.
  void state;
  const pins = pinsOf(source.room);
  const pin = pins[turn % Math.max(1, pins.length)];
  if (!pin) return null;
  const lead = () => {
    show(pin.eventId);
    setTurn((turn + 1) % pins.length);
  };
  return (
    <div className={styles.bar}>
      <button type="button" className={styles.pin} onClick={lead}>
        <Pin size={17} aria-hidden />
        <span className={styles.text}>
          <strong>
            {pins.length > 1
              ? t("messages.pinnedOf", { number: (turn % pins.length) + 1, count: pins.length })
              : t("messages.pinned")}
          </strong>
          <span dir="auto">
            {pin.preview
              ? t("conversations.said", { name: pin.senderName, text: previewText(pin.preview) })
              : t("conversation.earlierMessage")}
          </span>
        </span>
      </button>
      {mayPin(source.room) && (
        <IconButton
          icon={PinOff}
          size="small"
          label={t("messages.unpin")}
          onClick={() => attempt(pinMessage(account, source.room, pin.eventId, false))}
        />
      )}
    </div>
  );
}
