import { useLocation } from "wouter";
import { useAccount } from "@/app/account";
import { routes } from "@/app/routes";
import { t } from "@/i18n";
import { leave } from "@/matrix/rooms";
import type { ConversationRow } from "@/matrix/row";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { leaving } from "./leaving";

/** A question before something is done that can't be taken back. */
export default function LeaveDialog({ row }: { row: ConversationRow }) {
  const { client } = useAccount();
  const [path, go] = useLocation();
  const close = () => leaving.set(null);
  const confirm = () => {
    close();
    if (path === routes.conversation(row.id)) go(routes.inbox, { replace: true });
    attempt(leave(client, row.id));
  };
  return (
    <Dialog
      title={t("details.leaveTitle")}
      size="small"
      close={close}
      actions={
        <>
          <Button onClick={close}>{t("ui.cancel")}</Button>
          <Button look="danger" onClick={confirm}>
            {t("conversations.leave")}
          </Button>
        </>
      }
    >
      <p>{t("details.leaveText")}</p>
    </Dialog>
  );
}
