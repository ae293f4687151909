import { Flag, MessageCircle } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { PersonFactsList } from "@/features/requests/PersonFactsList";
import { ReportDialog } from "@/features/requests/ReportDialog";
import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import { useObservable } from "@/matrix/observable";
import type { Person } from "@/matrix/people";
import { startConversation } from "@/matrix/send";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { useActivity } from "./activity";
import styles from "./PersonDialog.module.css";
import { whyNot } from "./why-not";

/** Somebody: who they are, as far as they show it, and what can be done about them. */
export default function PersonDialog({ person, close }: { person: Person; close: () => void }) {
  const account = useAccount();
  const [, go] = useLocation();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isReporting, setReporting] = useState(false);
  const { userId, avatar } = person;
  const name = person.name === userId ? localpart(userId) : person.name;
  const write = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const roomId = await startConversation(account, [userId]);
      await account.conversations.appears(roomId);
      close();
      go(routes.conversation(roomId));
    } catch (error) {
      setProblem(whyNot(error));
      setBusy(false);
    }
  };
  if (isReporting) {
    return <ReportDialog name={name} userId={userId} subject={{ userId }} disclosable={[]} close={close} />;
  }
  return (
    <Dialog title={t("details.person")} close={close} size="small">
      <PersonHead name={name} userId={userId} avatar={avatar} />
      <PersonFactsList userId={userId} />
      {problem && <Notice kind="danger">{problem}</Notice>}
      {userId !== account.userId && (
        <div className={styles.deeds}>
          <Button look="main" wide busy={isBusy} onClick={write}>
            <MessageCircle size={18} aria-hidden /> {t("details.message")}
          </Button>
          <BlockButton userId={userId} />
          <Button look="quiet" wide onClick={() => setReporting(true)}>
            <Flag size={18} aria-hidden /> {t("requests.report")}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

interface HeadProps {
  readonly name: string;
  readonly userId: string;
  readonly avatar: string | null;
}

export function PersonHead({ name, userId, avatar }: HeadProps) {
  const account = useAccount();
  const { url } = useMedia(account.media, avatar ? { mxc: avatar } : null, { width: 96, height: 96 });
  const activity = useActivity(userId === account.userId ? null : userId);
  return (
    <div className={styles.head}>
      <Avatar name={name} id={userId} src={url} size={96} />
      <strong dir="auto">{name}</strong>
      <bdi dir="ltr">{userId}</bdi>
      {activity && (
        <span className={styles.activity} data-now={activity.isNow || undefined}>
          {activity.at === null
            ? t("details.activeNow")
            : t("details.lastActive", { time: fullDate(activity.at) })}
        </span>
      )}
    </div>
  );
}

export function BlockButton({ userId }: { userId: string }) {
  const { blocks } = useAccount();
  const isBlocked = useObservable(blocks.people).includes(userId);
  const toggle = () => attempt(isBlocked ? blocks.unblock(userId) : blocks.block(userId));
  return (
    <Button wide onClick={toggle}>
      {isBlocked ? t("privacy.unblock") : t("privacy.block")}
    </Button>
  );
}
