import { SendHorizontal, Trash2 } from "lucide-react";
import { t } from "@/i18n";
import { duration } from "@/i18n/time";
import { IconButton } from "@/ui/IconButton";
import type { Recorder } from "./recorder";
import styles from "./VoiceRecorder.module.css";

/** Stands in the place of the field while somebody speaks. */
export function VoiceRecorder({ recorder, send }: { recorder: Recorder; send: () => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape does what the first button does.
    <div className={styles.recorder} onKeyDown={(event) => event.key === "Escape" && recorder.cancel()}>
      <IconButton icon={Trash2} label={t("messages.voiceCancel")} onClick={recorder.cancel} />
      <span className={styles.dot} aria-hidden />
      <span className={styles.time} role="timer" aria-label={t("messages.voiceRecording")}>
        {duration(recorder.elapsedMs)}
      </span>
      <span className={styles.levels} aria-hidden>
        {recorder.levels.map((level, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: levels move along without having names.
          <span key={index} style={{ blockSize: `${Math.max(8, level * 100)}%` }} />
        ))}
      </span>
      <IconButton
        icon={SendHorizontal}
        look="main"
        label={t("messages.voiceSend")}
        onClick={send}
        autoFocus
      />
    </div>
  );
}
