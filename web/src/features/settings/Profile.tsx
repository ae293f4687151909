import { type FormEvent, useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { PicturePicker } from "@/features/accounts/PicturePicker";
import { t } from "@/i18n";
import { localpart } from "@/matrix/session";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import styles from "./Settings.module.css";

export function Profile() {
  const account = useAccount();
  const [name, setName] = useState("");
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    account.client.getProfileInfo(account.userId).then(
      ({ displayname }) => setName(displayname ?? ""),
      () => {},
    );
  }, [account]);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await account.client.setDisplayName(name.trim());
      toast(t("settings.saved"));
    } catch {
      toast(t("app.notDone"));
    }
    setBusy(false);
  };

  return (
    <form className={styles.form} onSubmit={save}>
      <PicturePicker name={name || localpart(account.userId)} className={styles.picture} />
      <TextField
        label={t("accounts.yourName")}
        hint={<bdi dir="ltr">{account.userId}</bdi>}
        value={name}
        maxLength={100}
        autoComplete="name"
        onChange={(event) => setName(event.target.value)}
      />
      <Button look="main" type="submit" busy={isBusy}>
        {t("settings.save")}
      </Button>
    </form>
  );
}
