import { Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { t } from "@/i18n";
import { sendPoll } from "@/matrix/poll";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { TextField } from "@/ui/TextField";
import { useConversation } from "./context";
import styles from "./Forms.module.css";

const OPTIONS_MAX = 10;
const OPTION_MAX = 120;
const QUESTION_MAX = 300;

interface Option {
  readonly id: number;
  readonly text: string;
}

export function PollDialog({ close }: { close: () => void }) {
  const { account, roomId } = useConversation();
  const lastId = useRef(2);
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState<readonly Option[]>([
    { id: 1, text: "" },
    { id: 2, text: "" },
  ]);
  const [isSeveral, setSeveral] = useState(false);
  const [isSecret, setSecret] = useState(false);
  const texts = [...new Set(options.map(({ text }) => text.trim()).filter(Boolean))];
  const isReady = question.trim() !== "" && texts.length >= 2;

  const write = (id: number, text: string) =>
    setOptions(options.map((option) => (option.id === id ? { id, text } : option)));
  const more = () => {
    lastId.current += 1;
    setOptions([...options, { id: lastId.current, text: "" }]);
  };
  const send = () => {
    const selectionsMax = isSeveral ? texts.length : 1;
    sendPoll(account, roomId, {
      question: question.trim(),
      options: texts,
      isOpen: !isSecret,
      selectionsMax,
    });
    close();
  };
  return (
    <Dialog
      title={t("messages.pollNew")}
      close={close}
      actions={
        <Button look="main" disabled={!isReady} onClick={send}>
          {t("conversation.send")}
        </Button>
      }
    >
      <div className={styles.form}>
        <TextField
          label={t("messages.pollQuestion")}
          value={question}
          maxLength={QUESTION_MAX}
          onChange={(event) => setQuestion(event.target.value)}
        />
        {options.map(({ id, text }, index) => (
          <TextField
            key={id}
            label={t("messages.pollOption", { number: index + 1 })}
            value={text}
            maxLength={OPTION_MAX}
            onChange={(event) => write(id, event.target.value)}
            after={
              options.length > 2 && (
                <IconButton
                  icon={X}
                  size="small"
                  label={t("people.remove")}
                  onClick={() => setOptions(options.filter((option) => option.id !== id))}
                />
              )
            }
          />
        ))}
        {options.length < OPTIONS_MAX && (
          <Button look="quiet" size="small" className={styles.start} onClick={more}>
            <Plus size={18} aria-hidden />
            {t("messages.pollMore")}
          </Button>
        )}
        <label className={styles.check}>
          <input type="checkbox" checked={isSeveral} onChange={(event) => setSeveral(event.target.checked)} />
          {t("messages.pollAllowSeveral")}
        </label>
        <label className={styles.check}>
          <input type="checkbox" checked={isSecret} onChange={(event) => setSecret(event.target.checked)} />
          {t("messages.pollHide")}
        </label>
      </div>
    </Dialog>
  );
}
