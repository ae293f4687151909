import { PeoplePicker } from "@/features/people/PeoplePicker";
import { t } from "@/i18n";
import { sendContact } from "@/matrix/contact";
import { Dialog } from "@/ui/Dialog";
import { useConversation } from "./context";

/** Choosing whom to recommend. */
export function ContactDialog({ close }: { close: () => void }) {
  const { account, roomId } = useConversation();
  return (
    <Dialog title={t("messages.contactNew")} close={close}>
      <PeoplePicker
        choose={(person) => {
          sendContact(account, roomId, person);
          close();
        }}
      />
    </Dialog>
  );
}
