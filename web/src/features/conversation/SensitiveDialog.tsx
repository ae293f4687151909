import { t } from "@/i18n";
import { list } from "@/i18n/time";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";

interface Props {
  readonly kinds: readonly string[];
  readonly close: () => void;
  readonly send: () => void;
}

/** A question before something goes into an open conversation that others should not have. */
export function SensitiveDialog({ kinds, close, send }: Props) {
  const names = kinds.map(kindName);
  return (
    <Dialog
      title={t("messages.sensitiveTitle")}
      size="small"
      close={close}
      actions={
        <>
          <Button onClick={close}>{t("messages.sensitiveBack")}</Button>
          <Button look="danger" onClick={send}>
            {t("messages.sensitiveSend")}
          </Button>
        </>
      }
    >
      <p>{t("messages.sensitiveText", { kinds: list(names) })}</p>
    </Dialog>
  );
}

function kindName(kind: string): string {
  switch (kind) {
    case "card":
    case "iban":
    case "national_id":
    case "passport":
    case "secret":
    case "health":
      return t(`messages.sensitive_${kind}`);
    default:
      return kind;
  }
}
