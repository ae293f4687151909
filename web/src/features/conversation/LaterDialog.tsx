import { useState } from "react";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TimeFields } from "./TimeFields";

interface Props {
  readonly send: (at: number) => void;
  readonly close: () => void;
}

/** Choosing when what is written is sent. */
export default function LaterDialog({ send, close }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const isToCome = at !== null && at > Date.now();
  return (
    <Dialog
      title={t("scheduled.later")}
      close={close}
      actions={
        <Button look="main" disabled={!isToCome} onClick={() => at !== null && send(at)}>
          {t("scheduled.schedule")}
        </Button>
      }
    >
      <TimeFields at={at} choose={setAt} />
    </Dialog>
  );
}
