import { Undo2 } from "lucide-react";
import { CallNote } from "@/features/calls/CallNote";
import { Locked } from "@/features/encryption/Locked";
import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { ContactBody } from "./ContactBody";
import { Covered } from "./Covered";
import { useConversation } from "./context";
import { AudioBody, FileBody, ImageBody, VideoBody } from "./FileBody";
import { LinkCard } from "./LinkCard";
import styles from "./MessageBody.module.css";
import { PlaceBody } from "./PlaceBody";
import { PlanBody } from "./PlanBody";
import { PollBody } from "./PollBody";
import { RichText } from "./RichText";
import { ViewOnceBody } from "./ViewOnceBody";
import { VoiceBody } from "./VoiceBody";

/** What a message says. A new kind of message gets its case here. */
export function MessageBody({ message }: { message: Message }) {
  const { roomId } = useConversation();
  const { body } = message;
  if (message.isViewOnce && "file" in body) return <ViewOnceBody message={message} file={body.file} />;
  switch (body.kind) {
    case "text":
      return (
        <>
          <RichText body={body} senderName={message.senderName} />
          <LinkCard eventId={message.eventId} text={body.text} />
        </>
      );
    case "sticker":
      return <ImageBody message={message} file={body.file} />;
    case "image":
      return (
        <Covered message={message}>
          <ImageBody message={message} file={body.file} />
        </Covered>
      );
    case "video":
      return (
        <Covered message={message}>
          <VideoBody file={body.file} />
        </Covered>
      );
    case "voice":
      return <VoiceBody file={body.file} waveform={body.waveform} />;
    case "poll":
      return <PollBody message={message} poll={body.poll} />;
    case "plan":
      return <PlanBody message={message} plan={body.plan} />;
    case "contact":
      return <ContactBody person={body.person} />;
    case "audio":
      return <AudioBody file={body.file} />;
    case "file":
      return <FileBody file={body.file} />;
    case "call":
      return <CallNote call={body.call} isMine={message.isMine} />;
    case "locked":
      return <Locked roomId={roomId} eventId={message.eventId} isPending={body.isPending} why={body.why} />;
    case "unsent":
      return (
        <span className={styles.line}>
          <Undo2 size={15} aria-hidden />
          {message.isMine ? t("conversation.unsentByMe") : t("conversation.unsent")}
        </span>
      );
    case "location":
      return <PlaceBody point={body.point} text={body.text} />;
    default:
      return <span className={styles.line}>{t("conversation.unknown")}</span>;
  }
}
