import { ShieldAlert } from "lucide-react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import type { ConversationRow } from "@/matrix/row";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./ChangedKeys.module.css";
import { usePersonTrust } from "./use-trust";

/** Says above a conversation that the other's keys are not those of before. */
export function ChangedKeys({ row }: { row: ConversationRow }) {
  const { encryption } = useAccount();
  const { personId, name } = row;
  const trust = usePersonTrust(row.isEncrypted ? personId : null);
  if (!personId || trust !== "changed") return null;
  return (
    <div className={styles.changed}>
      <Notice kind="warning" icon={ShieldAlert}>
        {t("encryption.changedText", { name })}
        <span className={styles.actions}>
          <Button size="small" onClick={() => attempt(encryption.verifications.askPerson(personId, row.id))}>
            {t("encryption.compare")}
          </Button>
          <Button size="small" look="quiet" onClick={() => attempt(encryption.acceptKeys(personId))}>
            {t("encryption.changedFine")}
          </Button>
        </span>
      </Notice>
    </div>
  );
}
