import { useState } from "react";
import { PersonHead } from "@/features/people/PersonDialog";
import { PersonFactsList } from "@/features/requests/PersonFactsList";
import { ReportDialog } from "@/features/requests/ReportDialog";
import { t } from "@/i18n";
import type { ConversationRow } from "@/matrix/row";
import { localpart } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import styles from "./Details.module.css";
import { GroupDetails } from "./GroupDetails";

interface Props {
  readonly row: ConversationRow;
  readonly close: () => void;
}

/** With whom a conversation is. */
export default function Details({ row, close }: Props) {
  const [isReporting, setReporting] = useState(false);
  if (row.kind === "group" || !row.personId) return <GroupDetails row={row} close={close} />;
  const userId = row.personId;
  const name = row.name.startsWith("@") ? localpart(row.name) : row.name;
  if (isReporting) {
    return <ReportDialog name={name} userId={userId} subject={{ userId }} disclosable={[]} close={close} />;
  }
  return (
    <Dialog title={t("details.person")} close={close} size="small">
      <PersonHead name={name} userId={userId} avatar={row.avatar} />
      <PersonFactsList userId={userId} />
      <div className={styles.deeds}>
        <Button look="quiet" wide onClick={() => setReporting(true)}>
          {t("requests.report")}
        </Button>
      </div>
    </Dialog>
  );
}
