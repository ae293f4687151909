import { useEffect } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { previewText } from "@/features/conversation/preview-text";
import { t } from "@/i18n";
import { type News, watchNews } from "@/matrix/news";
import { useObservable } from "@/matrix/observable";
import { type ConversationRow, isUnread } from "@/matrix/row";
import { notificationChoices } from "./choices";

const TITLE = document.title;

/** Tells of messages while one looks elsewhere, and how many there are in the title of the tab. */
export function Notifications() {
  const account = useAccount();
  const [, go] = useLocation();
  const count = useObservable(account.conversations.rows).filter(isCounted).length;

  useEffect(() => {
    document.title = count > 0 ? `(${count}) ${TITLE}` : TITLE;
    icon().href = count > 0 ? "/icon-unread.svg" : "/icon.svg";
    return () => {
      document.title = TITLE;
      icon().href = "/icon.svg";
    };
  }, [count]);

  useEffect(
    () =>
      watchNews(account.client, (news) => {
        const { isOn, showsText } = notificationChoices.get();
        if (!isOn || Notification.permission !== "granted" || isSeen(news)) return;
        show(news, showsText, () => go(routes.conversation(news.roomId)));
      }),
    [account, go],
  );
  return null;
}

function isCounted(row: ConversationRow): boolean {
  return isUnread(row) && !row.isMuted && !row.isArchived;
}

/** Whoever has the conversation before their eyes needs no telling. */
function isSeen({ roomId }: News): boolean {
  return document.hasFocus() && location.pathname === routes.conversation(roomId);
}

function show(news: News, showsText: boolean, open: () => void): void {
  const title = news.roomName ? `${news.senderName} · ${news.roomName}` : news.senderName;
  const body = showsText ? previewText(news.preview) : t("notifications.newMessage");
  // One per conversation: the newest takes the place of the one before.
  const options = { body, tag: news.roomId, icon: "/icon.svg", silent: !news.isLoud, renotify: true };
  try {
    const notification = new Notification(showsText ? title : "Aside", options);
    notification.onclick = () => {
      window.focus();
      open();
      notification.close();
    };
  } catch {
    // Phones allow this only to service workers.
  }
}

function icon(): HTMLLinkElement {
  return document.querySelector<HTMLLinkElement>("link[rel=icon]") ?? document.createElement("link");
}
