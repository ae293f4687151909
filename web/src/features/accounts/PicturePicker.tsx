import { ImagePlus } from "lucide-react";
import { type ChangeEvent, useRef, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { squarePicture } from "@/ui/picture";
import { toast } from "@/ui/toasts";

interface Props {
  readonly name: string;
  readonly className?: string | undefined;
}

/** The person's own picture, and a way to choose another. */
export function PicturePicker({ name, className }: Props) {
  const account = useAccount();
  const file = useRef<HTMLInputElement>(null);
  const own = account.client.getUser(account.userId)?.avatarUrl ?? null;
  const [mxc, setMxc] = useState<string | null>(own);
  const [isBusy, setBusy] = useState(false);
  const { url } = useMedia(account.media, mxc ? { mxc } : null, { width: 96, height: 96 });

  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = event.target.files?.[0];
    event.target.value = "";
    if (!chosen) return;
    setBusy(true);
    try {
      const address = await account.media.upload(await squarePicture(chosen));
      await account.client.setAvatarUrl(address);
      setMxc(address);
    } catch {
      toast(t("accounts.pictureRefused"));
    }
    setBusy(false);
  };

  return (
    <div className={className}>
      <Avatar name={name} id={account.userId} src={url} size={96} />
      <Button size="small" busy={isBusy} onClick={() => file.current?.click()}>
        <ImagePlus size={16} aria-hidden /> {t("accounts.choosePicture")}
      </Button>
      <input ref={file} type="file" accept="image/*" hidden onChange={choose} />
    </div>
  );
}
