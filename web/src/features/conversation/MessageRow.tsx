import { Shield } from "lucide-react";
import { type MouseEvent, memo, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { DeliveryMark } from "@/features/conversations/Row";
import { refusalReason } from "@/features/people/why-not";
import { t } from "@/i18n";
import { fullDate, list, time } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import type { Message, Reaction } from "@/matrix/message";
import { giveUp, sendAgain, toggleReaction } from "@/matrix/send";
import { Avatar } from "@/ui/Avatar";
import { attempt } from "@/ui/attempt";
import { classes } from "@/ui/class";
import { MenuAt } from "@/ui/Menu";
import { AlbumBody } from "./AlbumBody";
import { Covered } from "./Covered";
import { useConversation } from "./context";
import { MessageBody } from "./MessageBody";
import { MessageActions, MessageMenuItems } from "./MessageMenu";
import styles from "./MessageRow.module.css";
import { NoticeLine } from "./NoticeLine";
import { previewText } from "./preview-text";
import { isOnlyEmoji } from "./RichText";
import type { Place } from "./rows";
import { ThreadLine } from "./ThreadLine";

interface Props {
  readonly message: Message;
  /** The pictures that were sent together with it, and itself. */
  readonly album?: readonly Message[];
  readonly place: Place;
  /** Pointed out, because somebody looked for it. */
  readonly isMarked: boolean;
}

const LONG_PRESS_MS = 450;

export const MessageRow = memo(function MessageRow({ message, album, place, isMarked }: Props) {
  const { isGroup, ask } = useConversation();
  const { body, isMine } = message;
  // What has not reached the server has no id there that an action could name.
  const canAct = body.kind !== "unsent" && message.delivery !== "sending";
  const menu = useMenu(canAct);
  const [isAwake, setAwake] = useState(false);
  const wake = () => setAwake(true);
  if (body.kind === "notice") return <NoticeLine notice={body.notice} at={message.at} />;
  const showsName = isGroup && !isMine && place.isFirst;
  return (
    <div
      className={classes(
        styles.row,
        isMine && styles.mine,
        place.isFirst && styles.first,
        place.isLast && styles.last,
        isMarked && styles.marked,
      )}
      data-event={message.eventId}
      onPointerEnter={wake}
    >
      {isGroup && !isMine && <Sender message={message} isShown={place.isLast} />}
      <div className={styles.column}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the same menu is behind a button. */}
        <div className={classes(styles.bubble, styles[frameOf(message)])} {...menu.openers}>
          {showsName && (
            <button type="button" className={styles.name} onClick={() => ask({ what: "person", message })}>
              <bdi>{message.senderName}</bdi>
            </button>
          )}
          {message.replyTo && <QuoteView message={message} />}
          <Said message={message} album={album} />
        </div>
        <Below album={album ?? [message]} />
      </div>
      {canAct && message.delivery !== "failed" && (
        <MessageActions message={message} isAwake={isAwake} wake={wake} openMenu={menu.open} />
      )}
      {menu.at && (
        <MenuAt at={menu.at} label={t("conversation.actions")} close={menu.close}>
          <MessageMenuItems message={message} album={album} withReactions close={menu.close} />
        </MenuAt>
      )}
    </div>
  );
});

/** What it says, and when. Words run and stand as their language does, and so does what is at their end. */
function Said({ message, album }: Pick<Props, "message" | "album">) {
  const said = (
    <>
      {album ? <CoveredAlbum album={album} /> : <MessageBody message={message} />}
      <Meta message={album?.at(-1) ?? message} />
    </>
  );
  return message.body.kind === "text" ? <div dir="auto">{said}</div> : said;
}

function CoveredAlbum({ album }: { album: readonly Message[] }) {
  const first = album.find(({ isSensitive }) => isSensitive) ?? album[0];
  return (
    first && (
      <Covered message={first}>
        <AlbumBody album={album} />
      </Covered>
    )
  );
}

/** What came of a message, or of each picture of an album: reactions, a thread, and that it was not sent. */
function Below({ album }: { album: readonly Message[] }) {
  const { thread } = useConversation();
  return (
    <>
      {album.map((one) => one.reactions.length > 0 && <Reactions key={one.key} message={one} />)}
      {!thread &&
        album.map((one) => one.thread && <ThreadLine key={one.key} message={one} thread={one.thread} />)}
      {album.map((one) => one.delivery === "failed" && <FailedLine key={one.key} message={one} />)}
    </>
  );
}

/** Pictures fill their bubble, stickers have none, and the rest stands in one. */
function frameOf(message: Message): "text" | "media" | "bare" | "faint" | "emoji" {
  const { body, replyTo } = message;
  if (body.kind === "text" && !replyTo && isOnlyEmoji(body)) return "emoji";
  if ((body.kind === "image" || body.kind === "video") && !message.isViewOnce) return "media";
  if (body.kind === "sticker") return "bare";
  if (body.kind === "unsent" || body.kind === "locked") return "faint";
  return "text";
}

function Sender({ message, isShown }: { message: Message; isShown: boolean }) {
  const { account, source } = useConversation();
  const mxc = source.room.getMember(message.senderId)?.getMxcAvatarUrl();
  const { url } = useMedia(account.media, mxc ? { mxc } : null, { width: 32, height: 32 });
  return (
    <span className={styles.sender}>
      {isShown && <Avatar name={message.senderName} id={message.senderId} src={url} size={32} />}
    </span>
  );
}

function QuoteView({ message }: { message: Message }) {
  const { show } = useConversation();
  const quote = message.replyTo;
  if (!quote) return null;
  return (
    <button type="button" className={styles.quote} onClick={() => show(quote.eventId)}>
      <strong>
        <bdi>{quote.senderName || t("conversation.earlier")}</bdi>
      </strong>
      <span dir="auto">{quote.preview ? previewText(quote.preview) : t("conversation.earlierMessage")}</span>
    </button>
  );
}

function Meta({ message }: { message: Message }) {
  return (
    <span className={styles.meta}>
      {!message.mayForward && message.body.kind === "text" && (
        <Shield size={12} aria-label={t("messages.forwardNot")} />
      )}
      {message.isEdited && <span>{t("conversation.edited")}</span>}
      <time
        dateTime={new Date(message.at).toISOString()}
        onPointerEnter={({ currentTarget }) => {
          // Thousands of them are never looked at.
          currentTarget.title = fullDate(message.at);
        }}
      >
        {time(message.at)}
      </time>
      {message.isMine && message.body.kind !== "unsent" && <DeliveryMark delivery={message.delivery} />}
    </span>
  );
}

function Reactions({ message }: { message: Message }) {
  const { account, roomId } = useConversation();
  const toggle = ({ key, mine }: Reaction) =>
    attempt(toggleReaction(account, roomId, message.eventId, key, mine));
  return (
    <div className={styles.reactions}>
      {message.reactions.map((reaction) => (
        <button
          key={reaction.key}
          type="button"
          className={styles.reaction}
          aria-pressed={reaction.mine !== null}
          title={list(reaction.names)}
          aria-label={t("conversation.reactedBy", { key: reaction.key, names: list(reaction.names) })}
          onClick={() => toggle(reaction)}
        >
          {reaction.key}
          {reaction.names.length > 1 && <span>{reaction.names.length}</span>}
        </button>
      ))}
    </div>
  );
}

function FailedLine({ message }: { message: Message }): ReactNode {
  const { account, source } = useConversation();
  const event = source.find(message.eventId);
  const reason = event?.error ? refusalReason(event.error) : null;
  return (
    <p className={styles.failed} role="alert">
      {reason ? `${t("conversation.notSent")} ${reason}` : t("conversation.notSent")}
      <button type="button" onClick={() => event && sendAgain(account, event)}>
        {t("conversation.sendAgain")}
      </button>
      <button type="button" onClick={() => event && giveUp(account, event)}>
        {t("conversation.delete")}
      </button>
    </p>
  );
}

/** Where the menu is open. The other button of the mouse opens it, and a finger that rests on the message. */
function useMenu(canAct: boolean) {
  const [at, setAt] = useState<DOMRect | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const opener = useRef<HTMLElement | null>(null);
  const stop = () => clearTimeout(timer.current);
  const open = (rect: DOMRect, element: HTMLElement | null = null) => {
    opener.current = element;
    setAt(rect);
  };
  const close = () => {
    setAt(null);
    opener.current?.focus();
  };
  const openers = {
    onContextMenu: (event: MouseEvent) => {
      if (event.shiftKey || window.getSelection()?.toString()) return;
      event.preventDefault();
      open(new DOMRect(event.clientX, event.clientY, 0, 0));
    },
    onPointerDown: (event: PointerEvent) => {
      if (event.pointerType !== "touch") return;
      const { clientX, clientY } = event;
      timer.current = setTimeout(() => open(new DOMRect(clientX, clientY, 0, 0)), LONG_PRESS_MS);
    },
    onPointerUp: stop,
    onPointerMove: stop,
    onPointerCancel: stop,
  };
  return { at, open, close, openers: canAct ? openers : {} };
}
