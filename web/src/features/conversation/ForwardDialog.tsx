import { Search } from "lucide-react";
import { useState } from "react";
import { matching } from "@/features/conversations/folders";
import { t } from "@/i18n";
import { forward } from "@/matrix/forward";
import { useMedia } from "@/matrix/media";
import type { Message } from "@/matrix/message";
import { useObservable } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty } from "@/ui/Empty";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { useConversation } from "./context";
import styles from "./Forms.module.css";

const SHOWN_MAX = 60;
/** Who passes something on to more people at once is rarely read. */
const CHOSEN_MAX = 5;

/** Choosing to whom messages are passed on. */
export function ForwardDialog({ messages, close }: { messages: readonly Message[]; close: () => void }) {
  const { account, source } = useConversation();
  const rows = useObservable(account.conversations.rows);
  const [term, setTerm] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const open = rows.filter((row) => row.folder === "inbox");
  const shown = matching(open, "all", term).slice(0, SHOWN_MAX);
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const send = async () => {
    const events = messages.flatMap(({ eventId }) => source.find(eventId) ?? []);
    setBusy(true);
    try {
      await forward(account, events, chosen);
      toast(t("messages.forwarded", { count: chosen.length }));
      close();
    } catch {
      toast(t("app.notDone"));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("messages.forwardTitle")}
      close={close}
      actions={
        <Button look="main" disabled={chosen.length === 0} busy={isBusy} onClick={send}>
          {t("messages.forward")}
        </Button>
      }
    >
      <div className={styles.form}>
        <TextField
          label={t("conversations.search")}
          type="search"
          value={term}
          onChange={(event) => setTerm(event.target.value)}
        />
        <div className={styles.list}>
          {shown.map((row) => (
            <Choice
              key={row.id}
              row={row}
              isChosen={chosen.includes(row.id)}
              isFull={chosen.length >= CHOSEN_MAX}
              toggle={() => toggle(row.id)}
            />
          ))}
          {shown.length === 0 && <Empty icon={Search} title={t("conversations.nothingFound")} />}
        </div>
      </div>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly row: ConversationRow;
  readonly isChosen: boolean;
  readonly isFull: boolean;
  readonly toggle: () => void;
}

function Choice({ row, isChosen, isFull, toggle }: ChoiceProps) {
  const { account } = useConversation();
  const { url } = useMedia(account.media, row.avatar ? { mxc: row.avatar } : null, { width: 40, height: 40 });
  const name = row.name.startsWith("@") ? localpart(row.name) : row.name;
  return (
    <label className={styles.item}>
      <Avatar name={name} id={row.personId ?? row.id} src={url} size={40} group={row.kind === "group"} />
      <span dir="auto">{name}</span>
      <input type="checkbox" checked={isChosen} disabled={isFull && !isChosen} onChange={toggle} />
    </label>
  );
}
