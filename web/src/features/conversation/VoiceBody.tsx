import { CircleAlert, Pause, Play } from "lucide-react";
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { t } from "@/i18n";
import { duration } from "@/i18n/time";
import { useMedia } from "@/matrix/media";
import type { FileFacts } from "@/matrix/message";
import { Spinner } from "@/ui/Spinner";
import { toast } from "@/ui/toasts";
import { useConversation } from "./context";
import styles from "./VoiceBody.module.css";
import { LEVEL_MAX, resampled } from "./waveform";

const BARS = 36;
const SPEEDS = [1, 1.5, 2] as const;

/** Only one is heard at a time. */
let heard: HTMLAudioElement | null = null;

/** A voice message: what it looks like, and what it sounds like, as fast as one likes. */
export function VoiceBody({ file, waveform }: { file: FileFacts; waveform: readonly number[] }) {
  const { account } = useConversation();
  const [isWanted, setWanted] = useState(false);
  const { url, failed } = useMedia(account.media, isWanted ? file.source : null);
  const player = usePlayer(url, file.durationMs);
  const bars = resampled(waveform, BARS);
  const press = () => {
    if (failed) return;
    setWanted(true);
    player.toggle();
  };
  return (
    <div className={styles.voice}>
      <button
        type="button"
        className={styles.play}
        aria-label={player.isPlaying ? t("messages.voicePause") : t("messages.voicePlay")}
        onClick={press}
      >
        <PlayIcon isPlaying={player.isPlaying} isLoading={isWanted && !url} hasFailed={failed === true} />
      </button>
      <div className={styles.track} style={{ "--share": `${player.share * 100}%` } as CSSProperties}>
        <Bars bars={bars} />
        <span className={styles.heard} aria-hidden>
          <Bars bars={bars} />
        </span>
        <input
          type="range"
          min={0}
          max={100}
          value={Math.round(player.share * 100)}
          disabled={!url}
          aria-label={t("messages.voicePosition")}
          aria-valuetext={duration(player.atMs)}
          onChange={(event) => player.seek(Number(event.target.value) / 100)}
        />
      </div>
      <button
        type="button"
        className={styles.speed}
        aria-label={t("messages.voiceSpeed", { speed: String(player.speed) })}
        title={t("messages.voiceSpeed", { speed: String(player.speed) })}
        onClick={player.faster}
      >
        {player.speed}×
      </button>
      <span className={styles.time}>{duration(player.atMs > 0 ? player.atMs : (file.durationMs ?? 0))}</span>
    </div>
  );
}

function PlayIcon({
  isPlaying,
  isLoading,
  hasFailed,
}: Record<"isPlaying" | "isLoading" | "hasFailed", boolean>) {
  if (hasFailed) return <CircleAlert size={20} aria-label={t("conversation.notLoaded")} />;
  if (isLoading) return <Spinner />;
  return isPlaying ? <Pause size={20} aria-hidden /> : <Play size={20} aria-hidden />;
}

function Bars({ bars }: { bars: readonly number[] }) {
  return (
    <span className={styles.bars} aria-hidden>
      {bars.map((level, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars of a message never move.
        <span key={index} style={{ blockSize: `${Math.max(10, (level / LEVEL_MAX) * 100)}%` }} />
      ))}
    </span>
  );
}

/** Plays a sound as soon as it is there. Recordings of browsers don't know how long they are, so the message says it. */
function usePlayer(url: string | undefined, knownMs: number | null) {
  const audio = useRef<HTMLAudioElement | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [isAwaited, setAwaited] = useState(false);
  const [atMs, setAt] = useState(0);
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>(1);
  const wholeMs = lengthOf(audio.current, knownMs);

  useEffect(() => {
    if (!url) return;
    const element = new Audio(url);
    audio.current = element;
    element.onplay = () => setPlaying(true);
    element.onpause = () => setPlaying(false);
    element.ontimeupdate = () => setAt(element.currentTime * 1000);
    element.onended = () => {
      element.currentTime = 0;
      setAt(0);
    };
    return () => {
      element.pause();
      audio.current = null;
    };
  }, [url]);

  useEffect(() => {
    const element = audio.current;
    if (!url || !element || !isAwaited) return;
    setAwaited(false);
    if (heard !== element) heard?.pause();
    heard = element;
    element.playbackRate = speed;
    element.play().catch(() => toast(t("conversation.notLoaded")));
  }, [url, isAwaited, speed]);

  return {
    isPlaying,
    atMs,
    speed,
    share: wholeMs > 0 ? Math.min(1, atMs / wholeMs) : 0,
    toggle: () => {
      if (isPlaying) audio.current?.pause();
      else setAwaited(true);
    },
    seek: (share: number) => {
      if (!audio.current) return;
      audio.current.currentTime = (share * wholeMs) / 1000;
      setAt(share * wholeMs);
    },
    faster: () => {
      const next = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1;
      setSpeed(next);
      if (audio.current) audio.current.playbackRate = next;
    },
  };
}

function lengthOf(audio: HTMLAudioElement | null, knownMs: number | null): number {
  const own = audio ? audio.duration * 1000 : Number.NaN;
  return Number.isFinite(own) ? own : (knownMs ?? 0);
}
