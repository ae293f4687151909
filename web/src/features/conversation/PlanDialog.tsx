import { useState } from "react";
import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { sendPlan } from "@/matrix/plan";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/TextField";
import { useConversation } from "./context";
import styles from "./Forms.module.css";

const TEXT_MAX = 200;

/** Tomorrow at six in the evening, as the field writes it. */
function tomorrow(): string {
  const at = new Date();
  at.setDate(at.getDate() + 1);
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T18:00`;
}

export function PlanDialog({ close }: { close: () => void }) {
  const { account, roomId } = useConversation();
  const [title, setTitle] = useState("");
  const [when, setWhen] = useState(tomorrow);
  const [place, setPlace] = useState("");
  const [note, setNote] = useState("");
  const startsAt = new Date(when).getTime();
  const isReady = title.trim() !== "" && Number.isFinite(startsAt);
  const send = () => {
    const plan = { title: title.trim(), startsAt, place: place.trim(), note: note.trim() };
    const text = [`📅 ${plan.title}`, fullDate(startsAt), plan.place, plan.note].filter(Boolean).join("\n");
    sendPlan(account, roomId, plan, text);
    close();
  };
  return (
    <Dialog
      title={t("messages.planNew")}
      close={close}
      actions={
        <Button look="main" disabled={!isReady} onClick={send}>
          {t("conversation.send")}
        </Button>
      }
    >
      <div className={styles.form}>
        <TextField
          label={t("messages.planTitle")}
          value={title}
          maxLength={TEXT_MAX}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextField
          label={t("messages.planWhen")}
          type="datetime-local"
          value={when}
          onChange={(event) => setWhen(event.target.value)}
        />
        <TextField
          label={t("messages.planPlace")}
          value={place}
          maxLength={TEXT_MAX}
          onChange={(event) => setPlace(event.target.value)}
        />
        <TextField
          label={t("messages.planNote")}
          value={note}
          maxLength={TEXT_MAX}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
