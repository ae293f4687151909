import { MessageCircleOff } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useAccount } from "@/app/account";
import { ChangedKeys } from "@/features/encryption/ChangedKeys";
import { BlockedNote } from "@/features/people/BlockedNote";
import { ReportDialog } from "@/features/requests/ReportDialog";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { useObservable } from "@/matrix/observable";
import { Timeline as TimelineSource } from "@/matrix/timeline";
import { Empty } from "@/ui/Empty";
import { Composer, type Purpose } from "./Composer";
import styles from "./Conversation.module.css";
import { type Asked, ConversationContext } from "./context";
import { ForwardDialog } from "./ForwardDialog";
import { Header } from "./Header";
import { PinBar } from "./PinBar";
import { Timeline } from "./Timeline";
import { useUploads } from "./uploads";

const ReactionDialog = lazy(() => import("./ReactionDialog"));

/** One conversation: who it is with, what was said, and what is being written. */
export default function Conversation({ roomId }: { roomId: string }) {
  const account = useAccount();
  useObservable(account.conversations.isComplete);
  const rows = useObservable(account.conversations.rows);
  const row = rows.find((row) => row.id === roomId);
  const room = account.client.getRoom(roomId);
  if (!room || !row) {
    return (
      <Empty icon={MessageCircleOff} title={t("conversation.goneTitle")}>
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
  const row = rows.find((row) => row.id === roomId);
  const [purpose, setPurpose] = useState<Purpose>({ kind: "write" });
  const [asked, ask] = useState<Asked | null>(null);
  const uploads = useUploads(account, roomId);
  const context = useMemo(
    () => ({ account, roomId, source, isGroup: row?.kind === "group", setPurpose, ask }),
    [account, roomId, source, row?.kind],
  );

  useEffect(() => {
    // Members are loaded when they are needed first: names, receipts and keys want all of them.
    room.loadMembersIfNeeded().catch(() => {});
    account.client.getCrypto()?.prepareToEncrypt(room);
  }, [account, room]);

  if (!row) return null;
  return (
    <ConversationContext value={context}>
      <section
        className={styles.conversation}
        aria-label={row.name}
        data-dropping={uploads.isDropping || undefined}
        {...uploads.dropTarget}
      >
        <Header row={row} />
        <PinBar state={state} />
        <ChangedKeys row={row} />
        {row.personId && <BlockedNote userId={row.personId} name={row.name} />}
        <Timeline state={state} row={row} />
        <Composer row={row} purpose={purpose} uploads={uploads} messages={state.messages} />
        {asked?.what === "report" && (
          <ReportDialog
            name={asked.message.senderName}
            userId={asked.message.senderId}
            subject={{ roomId, eventId: asked.message.eventId }}
            disclosable={row.isEncrypted ? disclosed(asked.message, source) : []}
            close={() => ask(null)}
          />
        )}
        {asked?.what === "forward" && <ForwardDialog message={asked.message} close={() => ask(null)} />}
        <Suspense>
          {asked?.what === "react" && <ReactionDialog message={asked.message} close={() => ask(null)} />}
        </Suspense>
        {uploads.isDropping && <p className={styles.drop}>{t("conversation.dropHere")}</p>}
      </section>
    </ConversationContext>
  );
}

/** What the server can't read of a message that is reported. */
function disclosed({ eventId, senderId }: Message, source: TimelineSource) {
  const content: unknown = source.find(eventId)?.getContent() ?? {};
  return [{ eventId, sender: senderId, content }];
}
