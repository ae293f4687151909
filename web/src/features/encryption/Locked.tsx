import { LockKeyhole } from "lucide-react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { type LockedWhy, readAgain } from "@/matrix/locked";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { confirming } from "./confirming";
import styles from "./Locked.module.css";

interface Props {
  readonly roomId: string;
  readonly eventId: string;
  readonly isPending: boolean;
  readonly why: LockedWhy;
}

/** A message that cannot be read here: why, and what can be done about it. */
export function Locked({ roomId, eventId, isPending, why }: Props) {
  const { client, encryption } = useAccount();
  const trust = useObservable(encryption.trust);
  const cause = trust === "unconfirmed" && why === "waiting" ? "unconfirmed" : why;
  return (
    <span className={styles.locked}>
      <LockKeyhole size={15} aria-hidden />
      <span>
        {isPending ? t("conversation.opening") : t(`encryption.locked_${cause}`)}
        {!isPending && cause === "unconfirmed" && (
          <button type="button" onClick={() => confirming.set("confirm")}>
            {t("encryption.confirmTitle")}
          </button>
        )}
        {!isPending && cause === "waiting" && (
          <button type="button" onClick={() => attempt(readAgain(client, roomId, eventId))}>
            {t("encryption.tryAgain")}
          </button>
        )}
      </span>
    </span>
  );
}
