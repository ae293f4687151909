import {
  Copy,
  EllipsisVertical,
  Flag,
  Forward,
  MessagesSquare,
  PanelTop,
  Pencil,
  Pin,
  PinOff,
  Plus,
  Reply,
  SmilePlus,
  Trash2,
} from "lucide-react";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { isPinned, mayPin, pinMessage } from "@/matrix/pins";
import { toggleReaction, unsend } from "@/matrix/send";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "@/ui/Menu";
import { toast } from "@/ui/toasts";
import { useConversation } from "./context";
import { askForPreview, useLink } from "./LinkCard";
import styles from "./MessageMenu.module.css";

/** One press away. */
const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

interface ActionsProps {
  readonly message: Message;
  /** Whether the pointer or the focus has come to the message: until then, there is nothing to be seen. */
  readonly isAwake: boolean;
  readonly wake: () => void;
  readonly openMenu: (at: DOMRect, opener: HTMLElement) => void;
}

/** What appears beside a message under the pointer or the focus. */
export function MessageActions({ message, isAwake, wake, openMenu }: ActionsProps) {
  const { setPurpose } = useConversation();
  return (
    <div className={styles.actions}>
      {isAwake && (
        <>
          <Menu
            label={t("conversation.react")}
            trigger={<IconButton icon={SmilePlus} size="small" label={t("conversation.react")} />}
          >
            <QuickReactions message={message} close={() => {}} />
          </Menu>
          <IconButton
            icon={Reply}
            size="small"
            label={t("conversation.reply")}
            onClick={() => setPurpose({ kind: "reply", message })}
          />
        </>
      )}
      <button
        type="button"
        className={styles.more}
        aria-label={t("conversation.actions")}
        aria-haspopup="menu"
        onFocus={wake}
        onClick={({ currentTarget }) => openMenu(currentTarget.getBoundingClientRect(), currentTarget)}
      >
        {isAwake && <EllipsisVertical size={18} strokeWidth={1.9} aria-hidden />}
      </button>
    </div>
  );
}

interface ItemsProps {
  readonly message: Message;
  /** Where it stands for pictures that were sent together. */
  readonly album?: readonly Message[] | undefined;
  readonly withReactions?: boolean;
  readonly close: () => void;
}

/** Everything that can be done with a message. A new action gets its line here. */
export function MessageMenuItems({ message, album = [message], withReactions, close }: ItemsProps) {
  const { account, roomId, source, thread, openThread, setPurpose, ask } = useConversation();
  const { body, isMine } = message;
  const pinned = isPinned(source.room, message.eventId);
  const text = body.kind === "text" ? body.text : null;
  const { link, isShown } = useLink(message.eventId, text);
  const copy = async () => {
    await navigator.clipboard.writeText(text ?? "");
    toast(t("conversation.copied"));
  };
  const unsendAll = () => Promise.all(album.map(({ eventId }) => unsend(account, roomId, eventId)));
  return (
    <>
      {withReactions && (
        <>
          <QuickReactions message={message} close={close} />
          <MenuLine />
        </>
      )}
      <MenuItem icon={Reply} choose={() => setPurpose({ kind: "reply", message })}>
        {t("conversation.reply")}
      </MenuItem>
      {!thread && (
        <MenuItem icon={MessagesSquare} choose={() => openThread(message.eventId)}>
          {t("threads.reply")}
        </MenuItem>
      )}
      {text !== null && (
        <MenuItem icon={Copy} choose={() => attempt(copy())}>
          {t("conversation.copy")}
        </MenuItem>
      )}
      {link && !isShown && (
        <MenuItem icon={PanelTop} choose={() => askForPreview(message.eventId)}>
          {t("previews.show")}
        </MenuItem>
      )}
      {message.mayForward ? (
        <MenuItem icon={Forward} choose={() => ask({ what: "forward", message, album })}>
          {t("messages.forward")}
        </MenuItem>
      ) : (
        body.kind !== "poll" && (
          <MenuItem icon={Forward} disabled choose={() => {}}>
            {t("messages.forwardNot")}
          </MenuItem>
        )
      )}
      {mayPin(source.room) && (
        <MenuItem
          icon={pinned ? PinOff : Pin}
          choose={() => attempt(pinMessage(account, source.room, message.eventId, !pinned))}
        >
          {pinned ? t("messages.unpin") : t("messages.pin")}
        </MenuItem>
      )}
      {isMine && text !== null && (
        <MenuItem icon={Pencil} choose={() => setPurpose({ kind: "edit", message })}>
          {t("conversation.edit")}
        </MenuItem>
      )}
      {!isMine && (
        <MenuItem icon={Flag} choose={() => ask({ what: "report", message })}>
          {t("requests.report")}
        </MenuItem>
      )}
      {isMine && (
        <MenuItem icon={Trash2} danger choose={() => attempt(unsendAll())}>
          {t("conversation.unsend")}
        </MenuItem>
      )}
    </>
  );
}

function QuickReactions({ message, close }: { message: Message; close: () => void }) {
  const { account, roomId, ask } = useConversation();
  const react = (key: string) => {
    close();
    const mine = message.reactions.find((reaction) => reaction.key === key)?.mine ?? null;
    attempt(toggleReaction(account, roomId, message.eventId, key, mine));
  };
  return (
    <div className={styles.quick}>
      {QUICK.map((key) => (
        <MenuItem key={key} choose={() => react(key)}>
          {key}
        </MenuItem>
      ))}
      <MenuItem
        icon={Plus}
        label={t("messages.moreReactions")}
        choose={() => ask({ what: "react", message })}
      />
    </div>
  );
}
