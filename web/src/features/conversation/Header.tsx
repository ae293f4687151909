import { ArrowLeft, EllipsisVertical, Lock, LockOpen, ShieldCheck, Timer } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useLocation } from "wouter";
import { routes } from "@/app/routes";
import { CallButtons } from "@/features/calls/CallButtons";
import { RowMenuItems } from "@/features/conversations/RowMenu";
import { usePersonTrust } from "@/features/encryption/use-trust";
import { useActivity } from "@/features/people/activity";
import { t } from "@/i18n";
import { list, span } from "@/i18n/time";
import { nameIn } from "@/matrix/conversations";
import { useMedia } from "@/matrix/media";
import type { ConversationRow } from "@/matrix/row";
import { localpart } from "@/matrix/session";
import { maySetTimer, timerOf } from "@/matrix/timer";
import { Avatar } from "@/ui/Avatar";
import { IconButton } from "@/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "@/ui/Menu";
import { useConversation } from "./context";
import styles from "./Header.module.css";
import { usePolicy } from "./policy";
import { TimerDialog } from "./TimerDialog";

const Details = lazy(() => import("./Details"));
const SecurityInfo = lazy(() => import("@/features/encryption/SecurityInfo"));

const NAMES_MAX = 6;

export function Header({ row }: { row: ConversationRow }) {
  const { account, source } = useConversation();
  const [, go] = useLocation();
  const [isTiming, setTiming] = useState(false);
  const [isDetailed, setDetailed] = useState(false);
  const activity = useActivity(row.personId);
  const policy = usePolicy();
  const canTime = (policy?.timersMs.length ?? 0) > 0 && maySetTimer(source.room);
  const [isInfoOpen, setInfoOpen] = useState(false);
  const name = row.name.startsWith("@") ? localpart(row.name) : row.name;
  const { url } = useMedia(account.media, row.avatar ? { mxc: row.avatar } : null, { width: 40, height: 40 });
  return (
    <header className={styles.header}>
      <IconButton
        icon={ArrowLeft}
        label={t("conversations.back")}
        className={styles.back}
        onClick={() => go(routes.inbox)}
      />
      {/* The name beside it opens the same. */}
      <button
        type="button"
        tabIndex={-1}
        aria-hidden
        className={styles.picture}
        onClick={() => setDetailed(true)}
      >
        <Avatar name={name} id={row.personId ?? row.id} src={url} group={row.kind === "group"} size={40} />
        {activity?.isNow && <span className={styles.now} title={t("details.activeNow")} />}
      </button>
      <div className={styles.who}>
        <h1>
          <button type="button" dir="auto" title={t("details.open")} onClick={() => setDetailed(true)}>
            {name}
          </button>
        </h1>
        {activity?.isNow && <span className="only-spoken">{t("details.activeNow")}</span>}
        <Subtitle row={row} open={() => setInfoOpen(true)} />
      </div>
      <CallButtons row={row} />
      <Menu
        label={t("conversations.actions")}
        trigger={<IconButton icon={EllipsisVertical} label={t("conversations.actions")} />}
      >
        {canTime && (
          <>
            <MenuItem icon={Timer} choose={() => setTiming(true)}>
              {t("messages.timer")}
            </MenuItem>
            <MenuLine />
          </>
        )}
        <RowMenuItems row={row} />
      </Menu>
      {isDetailed && (
        <Suspense>
          <Details row={row} close={() => setDetailed(false)} />
        </Suspense>
      )}
      {isTiming && <TimerDialog times={policy?.timersMs ?? []} close={() => setTiming(false)} />}
      {isInfoOpen && (
        <Suspense>
          <SecurityInfo row={row} close={() => setInfoOpen(false)} />
        </Suspense>
      )}
    </header>
  );
}

function Subtitle({ row, open }: { row: ConversationRow; open: () => void }) {
  const { account } = useConversation();
  const trust = usePersonTrust(row.isEncrypted ? row.personId : null);
  if (row.typing.length > 0) {
    const text =
      row.kind === "person"
        ? t("conversations.typing")
        : t("conversations.someoneTyping", { name: list(row.typing), count: row.typing.length });
    return <p className={styles.typing}>{text}</p>;
  }
  const room = account.client.getRoom(row.id);
  const Icon = trust === "confirmed" ? ShieldCheck : row.isEncrypted ? Lock : LockOpen;
  const label = row.isEncrypted ? t("encryption.labelOn") : t("encryption.labelOff");
  const others = room?.getJoinedMembers().filter(({ userId }) => userId !== account.userId) ?? [];
  const names = others.slice(0, NAMES_MAX).map(({ userId }) => (room ? nameIn(room, userId) : userId));
  return (
    <button type="button" className={styles.label} title={t("encryption.infoTitle")} onClick={open}>
      <Icon size={12} strokeWidth={2.2} aria-hidden />
      {row.kind === "group" && names.length > 0 ? (
        <span>
          <span className="only-spoken">{label}</span> {list([...names, t("conversations.you")])}
        </span>
      ) : (
        <span>{label}</span>
      )}
      {room && timerOf(room) > 0 && (
        <span className={styles.timer} title={t("messages.timerOn", { time: span(timerOf(room)) })}>
          <Timer size={12} strokeWidth={2.2} aria-hidden />
          <span className="only-spoken">{t("messages.timer")} </span>
          {span(timerOf(room))}
        </span>
      )}
    </button>
  );
}
