import { t } from "@/i18n";
import type { Message } from "@/matrix/message";
import { toggleReaction } from "@/matrix/send";
import { attempt } from "@/ui/attempt";
import { Dialog } from "@/ui/Dialog";
import { useConversation } from "./context";
import { EmojiGrid } from "./EmojiGrid";

/** Every emoji there is, for a reaction. */
export default function ReactionDialog({ message, close }: { message: Message; close: () => void }) {
  const { account, roomId } = useConversation();
  const react = (key: string) => {
    const mine = message.reactions.find((reaction) => reaction.key === key)?.mine ?? null;
    attempt(toggleReaction(account, roomId, message.eventId, key, mine));
    close();
  };
  return (
    <Dialog title={t("conversation.react")} close={close} size="small">
      <EmojiGrid choose={react} />
    </Dialog>
  );
}
