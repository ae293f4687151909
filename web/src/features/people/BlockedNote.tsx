import { Ban } from "lucide-react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./BlockedNote.module.css";

/** Says above a conversation that its person is blocked. */
export function BlockedNote({ userId, name }: { userId: string; name: string }) {
  const { blocks } = useAccount();
  const isBlocked = useObservable(blocks.people).includes(userId);
  if (!isBlocked) return null;
  return (
    <div className={styles.note}>
      <Notice
        icon={Ban}
        action={
          <Button size="small" look="quiet" onClick={() => attempt(blocks.unblock(userId))}>
            {t("privacy.unblock")}
          </Button>
        }
      >
        {t("privacy.youBlocked", { name })}
      </Notice>
    </div>
  );
}
