import { Eye, Lock, LockOpen, ShieldCheck, Timer, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { span } from "@/i18n/time";
import { nameIn } from "@/matrix/conversations";
import type { ConversationRow } from "@/matrix/row";
import { type Security, securityOf } from "@/matrix/security";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Spinner } from "@/ui/Spinner";
import styles from "./SecurityInfo.module.css";
import { usePersonTrust } from "./use-trust";

interface Props {
  readonly row: ConversationRow;
  readonly close: () => void;
}

/** What protects a conversation, in plain words: who can read it, and who the others are. */
export default function SecurityInfo({ row, close }: Props) {
  const account = useAccount();
  const [security, setSecurity] = useState<Security | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    securityOf(account, row.id).then(setSecurity, () => setFailed(true));
  }, [account, row.id]);
  return (
    <Dialog title={t("encryption.infoTitle")} close={close}>
      {hasFailed && <Notice kind="danger">{t("app.unreachable")}</Notice>}
      {!security && !hasFailed && <Spinner />}
      {security && <Facts security={security} />}
      {row.isEncrypted && row.personId && <Other row={row} personId={row.personId} close={close} />}
      {row.isEncrypted && row.kind === "group" && <Members row={row} close={close} />}
    </Dialog>
  );
}

function Facts({ security }: { security: Security }) {
  const { level, readers, wasPlainBefore, disappearsAfterMs } = security;
  const isPrivate = level === "end_to_end";
  const Icon = isPrivate ? Lock : LockOpen;
  return (
    <>
      <div className={styles.level} data-private={isPrivate}>
        <Icon size={20} strokeWidth={1.9} aria-hidden />
        <div>
          <strong>{t(`encryption.level_${level}`)}</strong>
          <p>{t(`encryption.level_${level}_text`)}</p>
        </div>
      </div>
      <h3 className={styles.title}>{t("encryption.whoReads")}</h3>
      <ul className={styles.facts}>
        {readers.map((reader) => (
          <li key={reader}>
            {reader === "members" ? (
              <Eye size={17} aria-hidden />
            ) : (
              <TriangleAlert size={17} aria-hidden className={styles.odd} />
            )}
            {t(`encryption.reader_${reader}`)}
          </li>
        ))}
        {wasPlainBefore && (
          <li>
            <TriangleAlert size={17} aria-hidden className={styles.odd} />
            {t("encryption.plainBefore")}
          </li>
        )}
        {disappearsAfterMs !== null && (
          <li>
            <Timer size={17} aria-hidden />
            {t("encryption.disappears", { time: span(disappearsAfterMs) })}
          </li>
        )}
      </ul>
      <p className={styles.text}>{t("encryption.serverKnows")}</p>
    </>
  );
}

interface OtherProps extends Props {
  readonly personId: string;
  readonly name?: string;
}

/** Whether both have made sure that nobody is in between, and the way to do so. */
function Other({ row, personId, name = row.name, close }: OtherProps) {
  const { encryption } = useAccount();
  const trust = usePersonTrust(personId);
  const compare = () => {
    attempt(encryption.verifications.askPerson(personId, row.id).then(close));
  };
  if (trust === "confirmed") {
    return (
      <Notice kind="good" icon={ShieldCheck}>
        {t("encryption.personConfirmed", { name })}
      </Notice>
    );
  }
  return (
    <div className={styles.other}>
      <p>
        {trust === "changed"
          ? t("encryption.changedText", { name })
          : t("encryption.personUnconfirmed", { name })}
      </p>
      <Button wide onClick={compare}>
        {t("encryption.compareWith", { name })}
      </Button>
    </div>
  );
}

/** In a group, whose keys have been compared. */
function Members({ row }: Props) {
  const { client, userId } = useAccount();
  const room = client.getRoom(row.id);
  const others = room?.getJoinedMembers().filter((member) => member.userId !== userId) ?? [];
  return (
    <>
      <h3 className={styles.title}>{t("encryption.members")}</h3>
      <ul className={styles.facts}>
        {others.map((member) => (
          <Member
            key={member.userId}
            userId={member.userId}
            name={room ? nameIn(room, member.userId) : member.userId}
          />
        ))}
      </ul>
      <p className={styles.text}>{t("encryption.membersText")}</p>
    </>
  );
}

function Member({ userId, name }: { userId: string; name: string }) {
  const trust = usePersonTrust(userId);
  const isFine = trust !== "changed";
  const Icon = trust === "confirmed" ? ShieldCheck : isFine ? Lock : TriangleAlert;
  return (
    <li>
      <Icon size={17} aria-hidden className={isFine ? undefined : styles.odd} />
      <bdi>{name}</bdi>
      <span className={styles.state}>{t(`encryption.trust_${trust}`)}</span>
    </li>
  );
}
