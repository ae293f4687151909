import { ArrowLeft, MessageCircleOff } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import { useObservable } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { IconButton } from "@/ui/IconButton";
import { toast } from "@/ui/toasts";
import styles from "./Request.module.css";

/** Somebody wants to write: who it is, and what to do about it. */
export default function Request({ roomId }: { roomId: string }) {
  const account = useAccount();
  const rows = useObservable(account.conversations.rows);
  const row = rows.find((row) => row.id === roomId && row.folder === "requests");
  if (!row) {
    return (
      <Empty icon={MessageCircleOff} title={t("requests.goneTitle")}>
        {t("requests.goneText")}
      </Empty>
    );
  }
  return <Open row={row} />;
}

function Open({ row }: { row: ConversationRow }) {
  const account = useAccount();
  const [, go] = useLocation();
  const [busy, setBusy] = useState<"accept" | "decline" | null>(null);
  const room = account.client.getRoom(row.id);
  const inviter = room?.getMember(account.userId)?.events.member?.getSender() ?? "";
  const name = row.name.startsWith("@") ? localpart(row.name) : row.name;
  const { url } = useMedia(account.media, row.avatar ? { mxc: row.avatar } : null, { width: 96, height: 96 });

  const accept = async () => {
    setBusy("accept");
    try {
      await account.client.joinRoom(row.id);
      if (row.personId) await account.conversations.markDirect(row.id, row.personId);
      await account.conversations.appears(row.id);
      go(routes.conversation(row.id), { replace: true });
    } catch {
      toast(t("app.notDone"));
      setBusy(null);
    }
  };
  const decline = async () => {
    setBusy("decline");
    try {
      await account.client.leave(row.id);
      go(routes.requests, { replace: true });
    } catch {
      toast(t("app.notDone"));
      setBusy(null);
    }
  };

  return (
    <section className={styles.request} aria-label={t("requests.from", { name })}>
      <header className={styles.header}>
        <IconButton icon={ArrowLeft} label={t("conversations.back")} onClick={() => go(routes.requests)} />
        <h1>{t("requests.one")}</h1>
      </header>
      <div className={styles.body}>
        <Avatar name={name} id={row.personId ?? row.id} src={url} size={96} group={row.kind === "group"} />
        <h2 dir="auto">{name}</h2>
        <p className={styles.id}>{row.personId ?? t("requests.invitedBy", { name: localpart(inviter) })}</p>
        <p className={styles.text}>
          {row.kind === "person" ? t("requests.explain", { name }) : t("requests.explainGroup")}
        </p>
        <div className={styles.actions}>
          <Button look="main" busy={busy === "accept"} disabled={busy !== null} onClick={accept}>
            {t("requests.accept")}
          </Button>
          <Button busy={busy === "decline"} disabled={busy !== null} onClick={decline}>
            {t("requests.decline")}
          </Button>
        </div>
      </div>
    </section>
  );
}
