import { useAccount } from "@/app/account";
import { Group, Switch } from "@/features/settings/Fields";
import { t } from "@/i18n";
import { choosePreviews, type PreviewChoice, previewChoice } from "@/matrix/link-preview";
import { useObservable } from "@/matrix/observable";
import { attempt } from "@/ui/attempt";

/** In which conversations the server is asked about the pages that are linked to. */
export function LinkPreviewSettings() {
  const account = useAccount();
  const choice = useObservable(previewChoice(account));
  const choose = (change: Partial<PreviewChoice>) =>
    attempt(choosePreviews(account, { ...choice, ...change }));
  return (
    <Group title={t("previews.title")}>
      <Switch
        label={t("previews.inOpen")}
        hint={t("previews.inOpenHint")}
        isOn={choice.inOpen}
        choose={(inOpen) => choose({ inOpen })}
      />
      <Switch
        label={t("previews.inEncrypted")}
        hint={t("previews.inEncryptedHint")}
        isOn={choice.inEncrypted}
        choose={(inEncrypted) => choose({ inEncrypted })}
      />
    </Group>
  );
}
