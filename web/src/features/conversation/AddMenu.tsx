import {
  CalendarClock,
  CalendarDays,
  ChartBarBig,
  CircleDot,
  ContactRound,
  MapPin,
  Paperclip,
  Plus,
  Shield,
} from "lucide-react";
import { useRef, useState } from "react";
import { t } from "@/i18n";
import type { Answered } from "@/matrix/send";
import { IconButton } from "@/ui/IconButton";
import { Menu, MenuItem, MenuLine } from "@/ui/Menu";
import { ContactDialog } from "./ContactDialog";
import { useConversation } from "./context";
import { PlaceDialog } from "./PlaceDialog";
import { PlanDialog } from "./PlanDialog";
import { PollDialog } from "./PollDialog";
import { usePolicy } from "./policy";
import type { Uploads } from "./uploads";

const DIALOGS = {
  poll: PollDialog,
  plan: PlanDialog,
  location: PlaceDialog,
  contact: ContactDialog,
} as const;
const KINDS = [
  { kind: "poll", icon: ChartBarBig },
  { kind: "plan", icon: CalendarDays },
  { kind: "location", icon: MapPin },
  { kind: "contact", icon: ContactRound },
] as const;

interface Props {
  readonly uploads: Uploads;
  readonly answered: Answered | null;
  /** Whether the others are asked not to pass on what is sent. */
  readonly isKept: boolean;
  readonly setKept: (isKept: boolean) => void;
  /** `null` where nothing is written that could be sent later. */
  readonly sendLater: (() => void) | null;
}

/** Everything that can be sent besides words. */
export function AddMenu({ uploads, answered, isKept, setKept, sendLater }: Props) {
  const { thread } = useConversation();
  const [dialog, setDialog] = useState<keyof typeof DIALOGS | null>(null);
  const files = useRef<HTMLInputElement>(null);
  const once = useRef<HTMLInputElement>(null);
  const policy = usePolicy();
  const Shown = dialog && DIALOGS[dialog];
  const close = () => setDialog(null);
  return (
    <>
      <Menu label={t("messages.add")} trigger={<IconButton icon={Plus} label={t("messages.add")} />}>
        <MenuItem icon={Paperclip} choose={() => files.current?.click()}>
          {t("conversation.attach")}
        </MenuItem>
        {policy?.hasViewOnce && (
          <MenuItem icon={CircleDot} choose={() => once.current?.click()}>
            {t("messages.addOnce")}
          </MenuItem>
        )}
        {/* What everybody is asked belongs where everybody looks. */}
        {!thread &&
          KINDS.map(({ kind, icon }) => (
            <MenuItem key={kind} icon={icon} choose={() => setDialog(kind)}>
              {t(`conversation.kind_${kind}`)}
            </MenuItem>
          ))}
        {sendLater && (
          <MenuItem icon={CalendarClock} choose={sendLater}>
            {t("scheduled.later")}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem icon={Shield} checked={isKept} choose={() => setKept(!isKept)}>
          {t("messages.keep")}
        </MenuItem>
      </Menu>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={({ target }) => {
          uploads.chosen.add([...(target.files ?? [])]);
          target.value = "";
        }}
      />
      <input
        ref={once}
        type="file"
        accept="image/*,video/*"
        hidden
        data-testid="once"
        onChange={({ target }) => {
          uploads.add([...(target.files ?? [])], { answered, isOnce: true });
          target.value = "";
        }}
      />
      {Shown && <Shown close={close} />}
    </>
  );
}
