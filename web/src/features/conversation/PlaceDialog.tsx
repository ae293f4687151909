import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import { type Point, pointOf, sendPlace } from "@/matrix/place";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { useConversation } from "./context";
import styles from "./Forms.module.css";

const WAIT_MS = 20_000;

/** A place: where one is, or coordinates from a map. */
export function PlaceDialog({ close }: { close: () => void }) {
  const { account, roomId } = useConversation();
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const point = typed(text);
  const find = () => {
    setBusy(true);
    setProblem(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setBusy(false);
        setText(`${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`);
      },
      () => {
        setBusy(false);
        setProblem(t("messages.placeUnknown"));
      },
      { enableHighAccuracy: true, timeout: WAIT_MS },
    );
  };
  const send = () => {
    if (!point) return;
    sendPlace(account, roomId, point, name.trim() || t("conversation.kind_location"));
    close();
  };
  return (
    <Dialog
      title={t("messages.placeNew")}
      close={close}
      actions={
        <Button look="main" disabled={!point} onClick={send}>
          {t("conversation.send")}
        </Button>
      }
    >
      <div className={styles.form}>
        <Button busy={isBusy} onClick={find}>
          <LocateFixed size={18} aria-hidden />
          {t("messages.placeHere")}
        </Button>
        {problem && <Notice kind="danger">{problem}</Notice>}
        <TextField
          label={t("messages.placePoint")}
          hint={t("messages.placePointHint")}
          value={text}
          inputMode="decimal"
          dir="ltr"
          onChange={(event) => setText(event.target.value)}
        />
        <TextField
          label={t("messages.placeName")}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

/** Two numbers, with a comma or a space between them. */
function typed(text: string): Point | null {
  const [latitude, longitude, more] = text.trim().split(/\s*,\s*|\s+/);
  return more === undefined && latitude && longitude ? pointOf(`geo:${latitude},${longitude}`) : null;
}
