import { Phone, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing, Video } from "lucide-react";
import { t } from "@/i18n";
import { duration } from "@/i18n/time";
import type { PastCall } from "@/matrix/past-call";
import styles from "./CallNote.module.css";

interface Props {
  readonly call: PastCall;
  readonly isMine: boolean;
}

/** A call in the conversation that it belongs to. */
export function CallNote({ call, isMine }: Props) {
  const Icon = iconOf(call, isMine);
  const isMissed = call.outcome === "missed";
  return (
    <span className={styles.note} data-missed={isMissed || undefined}>
      <span className={styles.icon}>
        <Icon size={18} strokeWidth={1.9} aria-hidden />
      </span>
      <span>
        <strong>{title(call)}</strong>
        <span className={styles.detail}>{detail(call, isMine)}</span>
      </span>
    </span>
  );
}

function iconOf({ outcome, isVideo }: PastCall, isMine: boolean): typeof Phone {
  if (outcome === "missed") return PhoneMissed;
  if (outcome === "declined") return PhoneOff;
  if (isVideo) return Video;
  if (outcome === "now") return Phone;
  return isMine ? PhoneOutgoing : PhoneIncoming;
}

function title({ outcome, isVideo }: PastCall): string {
  if (outcome === "missed") return isVideo ? t("calls.missedVideo") : t("calls.missedVoice");
  return isVideo ? t("calls.video") : t("calls.voice");
}

function detail({ outcome, durationMs }: PastCall, isMine: boolean): string {
  switch (outcome) {
    case "now":
      return t("calls.now");
    case "spoken":
      return duration(durationMs ?? 0);
    case "declined":
      return t("calls.declined");
    default:
      return isMine ? t("calls.unanswered") : t("calls.youWereAway");
  }
}
