import { Ban, CircleCheck } from "lucide-react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";
import { MenuItem } from "@/ui/Menu";
import { toast } from "@/ui/toasts";

/** Blocks the person of a conversation, or takes that back. */
export function BlockItem({ userId, name }: { userId: string; name: string }) {
  const { blocks } = useAccount();
  const isBlocked = useObservable(blocks.people).includes(userId);
  const block = async () => {
    await blocks.block(userId);
    toast(t("privacy.blockedNow", { name }));
  };
  return isBlocked ? (
    <MenuItem icon={CircleCheck} choose={() => attempt(blocks.unblock(userId))}>
      {t("privacy.unblock")}
    </MenuItem>
  ) : (
    <MenuItem icon={Ban} danger choose={() => attempt(block())}>
      {t("privacy.block")}
    </MenuItem>
  );
}
