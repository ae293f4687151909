import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Group } from "./Fields";
import styles from "./Settings.module.css";

/** People who are blocked, and the way back. */
export function Blocked() {
  const { blocks, client } = useAccount();
  const people = useObservable(blocks.people);
  return (
    <Group title={t("privacy.blocked")}>
      {people.length === 0 && <p className={styles.none}>{t("privacy.nobodyBlocked")}</p>}
      {people.map((userId) => {
        const name = client.getUser(userId)?.displayName || localpart(userId);
        return (
          <div key={userId} className={styles.person}>
            <Avatar name={name} id={userId} size={32} />
            <span className={styles.name}>
              <bdi>{name}</bdi>
              <span>
                <bdi dir="ltr">{userId}</bdi>
              </span>
            </span>
            <Button size="small" onClick={() => attempt(blocks.unblock(userId))}>
              {t("privacy.unblock")}
            </Button>
          </div>
        );
      })}
    </Group>
  );
}
