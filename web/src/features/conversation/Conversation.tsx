import { MessageCircleOff } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { ChangedKeys } from "@/features/encryption/ChangedKeys";
import { BlockedNote } from "@/features/people/BlockedNote";
import { ReportDialog } from "@/features/requests/ReportDialog";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { useObservable } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";
import { Timeline as TimelineSource } from "@/matrix/timeline";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Composer, type Purpose } from "./Composer";
import styles from "./Conversation.module.css";
import { type Asked, ConversationContext, useConversation } from "./context";
import { ForwardDialog } from "./ForwardDialog";
import { Header } from "./Header";
import { PinBar } from "./PinBar";
import { usePlace } from "./place";
import { Timeline } from "./Timeline";
import { UnreadThreads } from "./UnreadThreads";
import { useUploads } from "./uploads";

const ReactionDialog = lazy(() => import("./ReactionDialog"));
const PersonDialog = lazy(() => import("@/features/people/PersonDialog"));
const Viewer = lazy(() => import("./Viewer"));
const ThreadPanel = lazy(() => import("./ThreadPanel"));

/** One conversation: who it is with, what was said, and what is being written. */
export default function Conversation({ roomId }: { roomId: string }) {
  const account = useAccount();
  const [, go] = useLocation();
  useObservable(account.conversations.isComplete);
  const rows = useObservable(account.conversations.rows);
  const row = rows.find((row) => row.id === roomId);
  const room = account.client.getRoom(roomId);
  if (!room || !row) {
    return (
      <Empty
        icon={MessageCircleOff}
        title={t("conversation.goneTitle")}
        action={<Button onClick={() => go(routes.inbox)}>{t("conversations.back")}</Button>}
      >
        {t("conversation.goneText")}
      </Empty>
    );
  }
  return <Open key={roomId} roomId={roomId} />;
}

function Open({ roomId }: { roomId: string }) {
  const account = useAccount();
  const room = account.client.getRoom(roomId);
  if (!room) throw new Error("the room was there a moment ago");
  const source = useMemo(() => new TimelineSource(account.client, room), [account, room]);
  const state = useObservable(source);
  const rows = useObservable(account.conversations.rows);
  const connection = useObservable(account.connection);
  const row = rows.find((row) => row.id === roomId);
  const [purpose, setPurpose] = useState<Purpose>({ kind: "write" });
  const [asked, ask] = useState<Asked | null>(null);
  const uploads = useUploads(account, roomId);
  const place = usePlace(source);
  const { openThread, show } = place;
  const isGroup = row?.kind === "group";
  const context = useMemo(
    () => ({ account, roomId, source, isGroup, thread: null, openThread, setPurpose, ask, show }),
    [account, roomId, source, isGroup, openThread, show],
  );

  useEffect(() => {
    // Members are loaded when they are needed first: names, receipts and keys want all of them.
    room.loadMembersIfNeeded().catch(() => {});
    account.client.getCrypto()?.prepareToEncrypt(room);
  }, [account, room]);

  if (!row) return null;
  return (
    <ConversationContext value={context}>
      <div className={styles.beside} data-thread={place.rootId !== null || undefined}>
        <section
          className={styles.conversation}
          aria-label={row.name}
          data-dropping={uploads.isDropping || undefined}
          {...uploads.dropTarget}
        >
          <Header row={row} />
          {connection === "offline" && <p className={styles.offline}>{t("app.offline")}</p>}
          <PinBar state={state} />
          <UnreadThreads rootIds={state.unreadThreads.filter((rootId) => rootId !== place.rootId)} />
          <ChangedKeys row={row} />
          {row.personId && <BlockedNote userId={row.personId} name={row.name} />}
          <Timeline state={state} row={row} wanted={place.rootId ? null : place.wanted} />
          <Composer row={row} purpose={purpose} uploads={uploads} messages={state.messages} />
          {uploads.isDropping && <p className={styles.drop}>{t("conversation.dropHere")}</p>}
        </section>
        {place.rootId && (
          <Suspense>
            <ThreadPanel key={place.rootId} row={row} state={state} rootId={place.rootId} place={place} />
          </Suspense>
        )}
        <Questions asked={asked} row={row} ask={ask} />
      </div>
    </ConversationContext>
  );
}

interface QuestionsProps {
  readonly asked: Asked | null;
  readonly row: ConversationRow;
  readonly ask: (asked: Asked | null) => void;
}

/** What is asked about a message before something is done with it. */
function Questions({ asked, row, ask }: QuestionsProps) {
  const { source } = useConversation();
  if (!asked) return null;
  const { what, message, album = [message] } = asked;
  const close = () => ask(null);
  switch (what) {
    case "report":
      return (
        <ReportDialog
          name={message.senderName}
          userId={message.senderId}
          subject={{ roomId: row.id, eventId: message.eventId }}
          disclosable={row.isEncrypted ? disclosed(message, source) : []}
          close={close}
        />
      );
    case "forward":
      return <ForwardDialog messages={album} close={close} />;
    case "person": {
      const { senderId: userId, senderName: name } = message;
      const avatar = source.room.getMember(userId)?.getMxcAvatarUrl() ?? null;
      return (
        <Suspense>
          <PersonDialog person={{ userId, name, avatar }} close={close} />
        </Suspense>
      );
    }
    case "view":
      return (
        <Suspense>
          <Viewer message={message} close={close} />
        </Suspense>
      );
    case "react":
      return (
        <Suspense>
          <ReactionDialog message={message} close={close} />
        </Suspense>
      );
  }
}

/** What the server can't read of a message that is reported. */
function disclosed({ eventId, senderId }: Message, source: TimelineSource) {
  const content: unknown = source.find(eventId)?.getContent() ?? {};
  return [{ eventId, sender: senderId, content }];
}
