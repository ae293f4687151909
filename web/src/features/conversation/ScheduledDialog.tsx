import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { ruleText, whyRefused } from "@/features/people/why-not";
import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { cancelScheduled, reschedule, type Scheduled } from "@/matrix/scheduled";
import { textContent } from "@/matrix/send";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { Notice } from "@/ui/Notice";
import { useConversation } from "./context";
import styles from "./Scheduled.module.css";
import { TimeFields } from "./TimeFields";

/** What waits to be sent, and what could not be. */
export default function ScheduledDialog({ list, close }: { list: readonly Scheduled[]; close: () => void }) {
  const [changedId, setChangedId] = useState<string | null>(null);
  const changed = list.find(({ id }) => id === changedId);
  if (changed) return <Change message={changed} close={() => setChangedId(null)} />;
  return (
    <Dialog title={t("scheduled.title")} close={close}>
      <ul className={styles.list}>
        {list.map((message) => (
          <li key={message.id}>
            <Item message={message} change={() => setChangedId(message.id)} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Item({ message, change }: { message: Scheduled; change: () => void }) {
  const { account } = useConversation();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { text, sendAt, failure } = message;
  const cancel = async () => {
    setBusy(true);
    try {
      await cancelScheduled(account, message);
    } catch (error) {
      setProblem(whyRefused(error));
      setBusy(false);
    }
  };
  const reason = failure && ruleText(failure.rule, failure.text);
  return (
    <div className={styles.item}>
      <div className={styles.words}>
        <p dir="auto">{text ?? t("conversation.cannotOpen")}</p>
        <time dateTime={new Date(sendAt).toISOString()}>{fullDate(sendAt)}</time>
        {reason && (
          <p className={styles.reason} role="alert">
            {t("conversation.notSent")} {reason}
          </p>
        )}
        {problem && (
          <p className={styles.reason} role="alert">
            {problem}
          </p>
        )}
      </div>
      {text !== null && (
        <IconButton icon={Pencil} size="small" label={t("scheduled.change")} onClick={change} />
      )}
      <IconButton
        icon={Trash2}
        size="small"
        look="danger"
        label={t("scheduled.cancel")}
        disabled={isBusy}
        onClick={cancel}
      />
    </div>
  );
}

function Change({ message, close }: { message: Scheduled; close: () => void }) {
  const { account } = useConversation();
  const [text, setText] = useState(message.text ?? "");
  const [at, setAt] = useState<number | null>(message.sendAt);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isToCome = at !== null && at > Date.now();
  const save = async () => {
    if (at === null) return;
    setBusy(true);
    // What it answers stays; how it was formatted is made anew.
    const { format: _format, formatted_body: _html, ...rest } = message.content;
    const content = text.trim() === message.text ? message.content : { ...rest, ...textContent(text.trim()) };
    try {
      await reschedule(account, message, content, at);
      close();
    } catch (error) {
      setProblem(whyRefused(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("scheduled.change")}
      close={close}
      actions={
        <Button look="main" disabled={!text.trim() || !isToCome} busy={isBusy} onClick={save}>
          {t("conversation.saveEdit")}
        </Button>
      }
    >
      {problem && <Notice kind="danger">{problem}</Notice>}
      <textarea
        className={styles.text}
        dir="auto"
        rows={3}
        value={text}
        aria-label={t("conversation.write")}
        onChange={({ target }) => setText(target.value)}
      />
      <TimeFields at={at} choose={setAt} />
    </Dialog>
  );
}
