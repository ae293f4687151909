import { ArrowLeft, EllipsisVertical, Flag, MessageCircleOff, ShieldBan, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { fullDate } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import {
  acceptRequest,
  answerRequests,
  isGone,
  noteRequestRead,
  previewRequest,
  type RequestAnswer,
  type RequestPreview,
} from "@/matrix/requests";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { IconButton } from "@/ui/IconButton";
import { Menu, MenuItem } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { Spinner } from "@/ui/Spinner";
import { toast } from "@/ui/toasts";
import { isCovered, shownSender } from "./mask";
import { PersonFactsList } from "./PersonFactsList";
import { ReportDialog } from "./ReportDialog";
import styles from "./Request.module.css";
import { RequestMessageView } from "./RequestMessageView";

type State = RequestPreview | "loading" | "gone" | "failed";

/** Somebody wants to write: who it is, what they say, and what to do about it. */
export default function Request({ roomId }: { roomId: string }) {
  const account = useAccount();
  const [, go] = useLocation();
  const [state, setState] = useState<State>("loading");
  const back = <Button onClick={() => go(routes.requests)}>{t("conversations.back")}</Button>;
  useEffect(() => {
    let isCurrent = true;
    previewRequest(account, roomId).then(
      (preview) => isCurrent && setState(preview),
      (error: unknown) => isCurrent && setState(isGone(error) ? "gone" : "failed"),
    );
    void noteRequestRead(account, roomId);
    return () => {
      isCurrent = false;
    };
  }, [account, roomId]);
  if (state === "loading") {
    return (
      <div className={styles.waiting} aria-busy="true">
        <Spinner size={28} />
      </div>
    );
  }
  if (state === "gone") {
    return (
      <Empty icon={MessageCircleOff} title={t("requests.goneTitle")} action={back}>
        {t("requests.goneText")}
      </Empty>
    );
  }
  if (state === "failed") return <Empty icon={MessageCircleOff} title={t("app.unreachable")} action={back} />;
  return <Open preview={state} />;
}

function Open({ preview }: { preview: RequestPreview }) {
  const { request, messages, mediaMode } = preview;
  const account = useAccount();
  const [, go] = useLocation();
  const [busy, setBusy] = useState<RequestAnswer | null>(null);
  const [isReporting, setReporting] = useState(false);
  const sender = shownSender(request);
  const title = request.isDirect ? sender : (request.groupName ?? t("requests.group"));

  const answer = async (wanted: RequestAnswer) => {
    setBusy(wanted);
    try {
      if (wanted === "accept") {
        await acceptRequest(account, request);
        go(routes.conversation(request.roomId), { replace: true });
        return;
      }
      await answerRequests(account, [request.roomId], wanted);
      if (wanted === "block") toast(t("requests.blocked", { name: sender }));
      go(routes.requests, { replace: true });
    } catch {
      toast(t("app.notDone"));
      setBusy(null);
    }
  };

  return (
    <section className={styles.request} aria-label={t("requests.from", { name: sender })}>
      <header className={styles.header}>
        <IconButton icon={ArrowLeft} label={t("conversations.back")} onClick={() => go(routes.requests)} />
        <h1>{t("requests.one")}</h1>
        <Menu
          label={t("conversations.actions")}
          trigger={<IconButton icon={EllipsisVertical} label={t("conversations.actions")} />}
        >
          <MenuItem icon={Trash2} choose={() => void answer("delete")}>
            {t("conversation.delete")}
          </MenuItem>
          <MenuItem icon={Flag} choose={() => setReporting(true)}>
            {t("requests.report")}
          </MenuItem>
          <MenuItem icon={ShieldBan} danger choose={() => void answer("block")}>
            {t("requests.blockName", { name: sender })}
          </MenuItem>
        </Menu>
      </header>
      <div className={styles.body}>
        <Picture preview={preview} />
        <h2 dir="auto">{title}</h2>
        <p className={styles.id}>
          {request.isDirect
            ? request.folder === "requests" && <bdi dir="ltr">{request.senderId}</bdi>
            : t("requests.invitedBy", { name: request.senderName })}
        </p>
        {request.folder !== "requests" && (
          <Notice kind="warning">{t(`requests.about_${request.folder}`)}</Notice>
        )}
        <PersonFactsList userId={request.senderId} />
        <div className={styles.messages} role="log" aria-label={t("conversation.messages")}>
          {messages.map((message) => (
            <RequestMessageView key={message.eventId} message={message} mediaMode={mediaMode} />
          ))}
        </div>
        <p className={styles.text}>
          {request.isDirect ? t("requests.explain", { name: sender }) : t("requests.explainGroup")}
          {request.expiresAt !== null && ` ${t("requests.expires", { date: fullDate(request.expiresAt) })}`}
        </p>
      </div>
      <footer className={styles.actions}>
        <Button
          look="danger"
          busy={busy === "block"}
          disabled={busy !== null}
          onClick={() => answer("block")}
        >
          {t("requests.block")}
        </Button>
        <Button busy={busy === "decline"} disabled={busy !== null} onClick={() => answer("decline")}>
          {t("requests.decline")}
        </Button>
        <Button
          look="main"
          busy={busy === "accept"}
          disabled={busy !== null}
          onClick={() => answer("accept")}
        >
          {t("requests.accept")}
        </Button>
      </footer>
      {isReporting && (
        <ReportDialog
          name={sender}
          userId={request.senderId}
          subject={{ roomId: request.roomId }}
          disclosable={messages.map(({ eventId, content }) => ({
            eventId,
            sender: request.senderId,
            content,
          }))}
          close={() => setReporting(false)}
        />
      )}
    </section>
  );
}

/** A stranger's picture is blurred until somebody wants to see it. */
function Picture({ preview: { request, mediaMode } }: { preview: RequestPreview }) {
  const account = useAccount();
  const [isShown, setShown] = useState(!isCovered(request) || mediaMode === "normal");
  const size = { width: 96, height: 96 };
  const { url } = useMedia(account.media, request.avatar ? { mxc: request.avatar } : null, size);
  const avatar = (
    <Avatar name={shownSender(request)} id={request.senderId} src={url} size={96} group={!request.isDirect} />
  );
  if (isShown || !url) return avatar;
  return (
    <button
      type="button"
      className={styles.covered}
      aria-label={t("requests.uncover")}
      title={t("requests.uncover")}
      onClick={() => setShown(true)}
    >
      {avatar}
    </button>
  );
}
