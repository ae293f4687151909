import {
  Maximize2,
  Mic,
  MicOff,
  Minimize2,
  MonitorUp,
  MonitorX,
  Phone,
  PhoneOff,
  Video,
  VideoOff,
} from "lucide-react";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { duration } from "@/i18n/time";
import type { Call } from "@/matrix/calls";
import { useMedia } from "@/matrix/media";
import { useObservable } from "@/matrix/observable";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { attempt } from "@/ui/attempt";
import { classes } from "@/ui/class";
import { IconButton } from "@/ui/IconButton";
import styles from "./CallView.module.css";
import { useRing } from "./ring";
import { Stream } from "./Stream";

interface Props {
  readonly call: Call;
}

/** The call that is going on, over everything else; it can be made small to look something up meanwhile. */
export default function CallView({ call }: Props) {
  useRing(call.phase);
  return call.phase === "ringing" ? <Incoming call={call} /> : <Running call={call} />;
}

function Incoming({ call }: Props) {
  const { calls } = useAccount();
  const { name } = useOther(call);
  const banner = useRef<HTMLDialogElement>(null);
  useBanner(banner);
  return (
    <dialog
      ref={banner}
      className={styles.incoming}
      role="alertdialog"
      aria-label={`${name} ${incomingText(call)}`}
      data-theme="dark"
      tabIndex={-1}
      // A call is declined by the button that says so.
      onCancel={(event) => event.preventDefault()}
    >
      <Picture call={call} size={64} />
      <div className={styles.who}>
        <h2 dir="auto">{name}</h2>
        <p>{incomingText(call)}</p>
      </div>
      <div className={styles.answers}>
        <IconButton
          icon={PhoneOff}
          label={t("calls.decline")}
          className={styles.hangUp}
          onClick={() => calls.hangUp()}
        />
        {call.isVideo && (
          <IconButton
            icon={Phone}
            label={t("calls.answerVoice")}
            className={styles.plain}
            onClick={() => void calls.answer(false)}
          />
        )}
        <IconButton
          icon={call.isVideo ? Video : Phone}
          label={t("calls.answer")}
          className={styles.answer}
          onClick={() => void calls.answer(call.isVideo)}
        />
      </div>
    </dialog>
  );
}

/** Shows the banner over everything, and leaves the focus with whoever is writing: their next space must not answer. */
function useBanner(banner: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const element = banner.current;
    if (!element) return;
    const before = document.activeElement;
    // Behind an open dialog it could not be pressed.
    const isBehind = document.querySelector("dialog:modal") !== null;
    if (isBehind) element.showModal();
    else element.show();
    const isWriting = before instanceof HTMLTextAreaElement || before instanceof HTMLInputElement;
    if (isWriting && !isBehind) before.focus();
    else element.focus();
    return () => element.close();
  }, [banner]);
}

function incomingText({ isVideo }: Call): string {
  return isVideo ? t("calls.incomingVideo") : t("calls.incomingVoice");
}

function Running({ call }: Props) {
  const [isSmall, setSmall] = useState(false);
  const { name } = useOther(call);
  const view = useRef<HTMLDialogElement>(null);
  const main = call.otherScreen ?? (call.isOtherSeen ? call.other : null);
  // Large, it keeps the focus; small, it stands beside everything else.
  useEffect(() => {
    const element = view.current;
    if (isSmall) element?.show();
    else element?.showModal();
    return () => element?.close();
  }, [isSmall]);
  return (
    <dialog
      ref={view}
      className={classes(styles.call, isSmall && styles.small)}
      aria-label={call.isVideo ? t("calls.video") : t("calls.voice")}
      data-theme="dark"
      data-seen={main !== null || undefined}
      data-phase={call.phase}
      onCancel={(event) => {
        event.preventDefault();
        setSmall(true);
      }}
    >
      {main && <Stream stream={main} className={styles.main} isWhole={main === call.otherScreen} />}
      {/* What is heard comes from here where the other has no picture, or where their screen is shown instead of it. */}
      {call.other && call.other !== main && (
        <Stream
          stream={call.other}
          className={call.isOtherSeen && call.otherScreen ? styles.beside : styles.heard}
        />
      )}
      <div className={styles.top}>
        {!main && <Picture call={call} size={isSmall ? 48 : 96} />}
        <div>
          <h2 dir="auto">{name}</h2>
          <p role="status">
            <Status call={call} name={name} />
          </p>
        </div>
      </div>
      {call.own && call.isCameraOn && !isSmall && (
        <Stream stream={call.own} className={styles.own} isOwn label={t("calls.own")} />
      )}
      <Controls call={call} isSmall={isSmall} resize={() => setSmall(!isSmall)} />
    </dialog>
  );
}

interface ControlsProps extends Props {
  readonly isSmall: boolean;
  readonly resize: () => void;
}

function Controls({ call, isSmall, resize }: ControlsProps) {
  const { calls } = useAccount();
  const isOver = call.phase === "ended";
  const isRunning = call.phase === "connected";
  // Phones have no way to show their screen.
  const canShare = isRunning && "getDisplayMedia" in navigator.mediaDevices;
  return (
    <div className={styles.controls}>
      <IconButton
        icon={call.isMuted ? MicOff : Mic}
        label={call.isMuted ? t("calls.unmute") : t("calls.mute")}
        className={call.isMuted ? styles.changed : styles.plain}
        disabled={isOver}
        onClick={() => attempt(calls.setMuted(!call.isMuted))}
      />
      <IconButton
        icon={call.isCameraOn ? Video : VideoOff}
        label={call.isCameraOn ? t("calls.cameraOff") : t("calls.cameraOn")}
        className={styles.plain}
        disabled={!isRunning}
        onClick={() => attempt(calls.setCamera(!call.isCameraOn), t("calls.end_noMedia"))}
      />
      {canShare && !isSmall && (
        <IconButton
          icon={call.isSharing ? MonitorX : MonitorUp}
          label={call.isSharing ? t("calls.stopSharing") : t("calls.share")}
          className={call.isSharing ? styles.changed : styles.plain}
          onClick={() => attempt(calls.setSharing(!call.isSharing))}
        />
      )}
      <IconButton
        icon={isSmall ? Maximize2 : Minimize2}
        label={isSmall ? t("calls.enlarge") : t("calls.shrink")}
        className={styles.plain}
        onClick={resize}
      />
      <IconButton
        icon={PhoneOff}
        label={t("calls.hangUp")}
        className={styles.hangUp}
        disabled={isOver}
        onClick={() => calls.hangUp()}
      />
    </div>
  );
}

function Status({ call, name }: Props & { name: string }) {
  switch (call.phase) {
    case "calling":
      return t("calls.calling");
    case "connecting":
      return t("calls.connecting");
    case "ended":
      return t(`calls.end_${call.end ?? "over"}`, { name });
    default:
      return (
        <>
          <Elapsed since={call.connectedAt ?? Date.now()} />
          {call.isOtherMuted && ` · ${t("calls.otherMuted", { name })}`}
        </>
      );
  }
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" aria-live="off">
      {duration(now - since)}
    </span>
  );
}

function Picture({ call, size }: Props & { size: 48 | 64 | 96 }) {
  const account = useAccount();
  const { name, avatar, id } = useOther(call);
  const { url } = useMedia(account.media, avatar ? { mxc: avatar } : null, { width: 96, height: 96 });
  return <Avatar name={name} id={id} src={url} size={size} />;
}

/** With whom the call is, as the list of conversations knows them. */
function useOther(call: Call): { name: string; avatar: string | null; id: string } {
  const account = useAccount();
  const rows = useObservable(account.conversations.rows);
  const row = rows.find(({ id }) => id === call.roomId);
  const name = row?.name ?? "";
  return {
    name: name.startsWith("@") ? localpart(name) : name,
    avatar: row?.avatar ?? null,
    id: row?.personId ?? call.roomId,
  };
}
