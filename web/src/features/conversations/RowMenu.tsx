import { Archive, Bell, BellOff, ChevronDown, LogOut, Mail, MailOpen, Pin } from "lucide-react";
import { useAccount } from "@/app/account";
import { BlockItem } from "@/features/people/BlockItem";
import { t } from "@/i18n";
import { setArchived, setMarkedUnread, setMuted, setPinned } from "@/matrix/rooms";
import { type ConversationRow, isUnread } from "@/matrix/row";
import { attempt } from "@/ui/attempt";
import { IconButton } from "@/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "@/ui/Menu";
import { leaving } from "./leaving";
import styles from "./Row.module.css";

/** What can be done with a conversation without opening it. */
export function RowMenu({ row }: { row: ConversationRow }) {
  return (
    <div className={styles.more}>
      <Menu
        label={t("conversations.actions")}
        trigger={<IconButton icon={ChevronDown} size="small" label={t("conversations.actions")} />}
      >
        <RowMenuItems row={row} />
      </Menu>
    </div>
  );
}

export function RowMenuItems({ row }: { row: ConversationRow }) {
  const { client } = useAccount();
  const unread = isUnread(row);
  return (
    <>
      <MenuItem icon={Pin} choose={() => attempt(setPinned(client, row.id, !row.isPinned))}>
        {row.isPinned ? t("conversations.unpin") : t("conversations.pin")}
      </MenuItem>
      <MenuItem
        icon={row.isMuted ? Bell : BellOff}
        choose={() => attempt(setMuted(client, row.id, !row.isMuted))}
      >
        {row.isMuted ? t("conversations.unmute") : t("conversations.mute")}
      </MenuItem>
      <MenuItem
        icon={unread ? MailOpen : Mail}
        choose={() => attempt(setMarkedUnread(client, row.id, !unread))}
      >
        {unread ? t("conversations.markRead") : t("conversations.markUnread")}
      </MenuItem>
      <MenuItem icon={Archive} choose={() => attempt(setArchived(client, row.id, !row.isArchived))}>
        {row.isArchived ? t("conversations.unarchive") : t("conversations.archive")}
      </MenuItem>
      <MenuLine />
      {row.personId && <BlockItem userId={row.personId} name={row.name} />}
      <MenuItem icon={LogOut} danger choose={() => leaving.set(row)}>
        {t("conversations.leave")}
      </MenuItem>
    </>
  );
}
