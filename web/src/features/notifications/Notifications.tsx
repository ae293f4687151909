import { useEffect } from "react";
import { useLocation, useRoute } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { previewText } from "@/features/conversation/preview-text";
import { t } from "@/i18n";
import type { Account } from "@/matrix/account";
import { type News, watchNews } from "@/matrix/news";
import { useObservable } from "@/matrix/observable";
import { type ConversationRow, isUnread } from "@/matrix/row";
import { forgetTold, keepTold } from "@/matrix/told";
import { notificationChoices } from "./choices";
import { type Told, takeBack, tell, watchPressed } from "./tell";
import { keepPush } from "./turn-on";

const TITLE = document.title;
/** Conversations whose names a notification finds while the app is closed: the newest ones. */
const NAMES_MAX = 500;
const KEEP_AFTER_MS = 2_000;

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
        if (isOn && !isSeen(news)) tell(tellOf(news, showsText));
      }),
    [account],
  );

  // Whoever presses a notification is brought to its conversation.
  useEffect(() => watchPressed((roomId) => go(routes.conversation(roomId))), [go]);
  // Push services and servers forget; each start mends it.
  useEffect(() => void keepPush(account.session).catch(() => {}), [account]);
  useToldWords(account);
  useCallNotification(account);
  useTakenBack();
  return null;
}

/** Tells of somebody who calls while one looks elsewhere. */
function useCallNotification({ calls, conversations }: Account): void {
  const call = useObservable(calls.current);
  const roomId = call?.phase === "ringing" ? call.roomId : null;
  const isVideo = call?.isVideo;
  useEffect(() => {
    const { isOn, showsText } = notificationChoices.get();
    if (roomId === null || !isOn || document.hasFocus()) return;
    const name = conversations.rows.get().find(({ id }) => id === roomId)?.name;
    const title = showsText && name ? name : "Aside";
    const body = isVideo ? t("calls.incomingVideo") : t("calls.incomingVoice");
    tell({ title, body, roomId, eventId: null, isLoud: true });
    return () => void takeBack(roomId);
  }, [conversations, roomId, isVideo]);
}

/** Leaves the words of notifications for the time when the app is closed. */
function useToldWords({ conversations }: Account): void {
  const rows = useObservable(conversations.rows);
  const { isOn, showsText } = useObservable(notificationChoices);
  useEffect(() => {
    if (!isOn) return void forgetTold();
    const named = showsText ? rows.slice(0, NAMES_MAX) : [];
    const names = Object.fromEntries(named.map(({ id, name }) => [id, name]));
    const timer = setTimeout(
      () => void keepTold({ words: t("notifications.newMessage"), names }),
      KEEP_AFTER_MS,
    );
    return () => clearTimeout(timer);
  }, [rows, isOn, showsText]);
}

/** What one has before one's eyes need not be told of any more. */
function useTakenBack(): void {
  const [, params] = useRoute("/c/:id");
  const roomId = params ? decodeURIComponent(params.id) : null;
  useEffect(() => {
    if (roomId === null) return;
    const seen = () => void takeBack(roomId);
    if (document.hasFocus()) seen();
    window.addEventListener("focus", seen);
    return () => window.removeEventListener("focus", seen);
  }, [roomId]);
}

function isCounted(row: ConversationRow): boolean {
  return isUnread(row) && !row.isMuted && !row.isArchived;
}

/** Whoever has the conversation before their eyes needs no telling. */
function isSeen({ roomId }: News): boolean {
  return document.hasFocus() && location.pathname === routes.conversation(roomId);
}

function tellOf(news: News, showsText: boolean): Told {
  const title = news.roomName ? `${news.senderName} · ${news.roomName}` : news.senderName;
  return {
    title: showsText ? title : "Aside",
    body: showsText ? previewText(news.preview) : t("notifications.newMessage"),
    roomId: news.roomId,
    eventId: news.eventId,
    isLoud: news.isLoud,
  };
}

function icon(): HTMLLinkElement {
  return document.querySelector<HTMLLinkElement>("link[rel=icon]") ?? document.createElement("link");
}
