import { Phone, Video } from "lucide-react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import type { ConversationRow } from "@/matrix/row";
import { IconButton } from "@/ui/IconButton";

/** Begins a call, where a conversation is with one person and the browser can make calls. */
export function CallButtons({ row }: { row: ConversationRow }) {
  const { calls } = useAccount();
  const call = useObservable(calls.current);
  const { personId } = row;
  if (!personId || !calls.isPossible) return null;
  return (
    <>
      <IconButton
        icon={Phone}
        label={t("calls.voice")}
        disabled={call !== null}
        onClick={() => void calls.begin(row.id, personId, false)}
      />
      <IconButton
        icon={Video}
        label={t("calls.video")}
        disabled={call !== null}
        onClick={() => void calls.begin(row.id, personId, true)}
      />
    </>
  );
}
