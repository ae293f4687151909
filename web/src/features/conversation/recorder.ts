import { useCallback, useEffect, useRef, useState } from "react";
import { LEVEL_MAX, levelled, resampled } from "./waveform";

/** What was recorded. */
export interface Recording {
  readonly file: File;
  readonly durationMs: number;
  /** From 0 to 1024. */
  readonly waveform: readonly number[];
}

export interface Recorder {
  readonly isOn: boolean;
  readonly elapsedMs: number;
  /** The last levels, from 0 to 1. */
  readonly levels: readonly number[];
  /** Refused where there is no microphone, or it may not be used. */
  readonly start: () => Promise<void>;
  /** Ends the recording; `null` where it was too short to say anything. */
  readonly finish: () => Promise<Recording | null>;
  readonly cancel: () => void;
}

const FORMATS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
const ENDINGS: Readonly<Record<string, string>> = {
  "audio/ogg": "ogg",
  "audio/webm": "webm",
  "audio/mp4": "m4a",
};
const TICK_MS = 60;
const BITS_PER_SECOND = 32_000;
const SHORTEST_MS = 500;
const LONGEST_MS = 15 * 60_000;
const LEVELS_SHOWN = 48;
const LEVELS_SENT = 60;

interface Running {
  readonly recorder: MediaRecorder;
  readonly stream: MediaStream;
  readonly context: AudioContext;
  readonly startedAt: number;
  readonly levels: number[];
  readonly parts: Blob[];
  readonly timer: ReturnType<typeof setInterval>;
}

function release({ stream, context, timer }: Running): void {
  clearInterval(timer);
  for (const track of stream.getTracks()) track.stop();
  void context.close().catch(() => {});
}

/** Records what somebody says, and how loud it was. */
export function useRecorder(): Recorder {
  const running = useRef<Running | null>(null);
  const [state, setState] = useState<{ elapsedMs: number; levels: readonly number[] } | null>(null);

  const cancel = useCallback(() => {
    const current = running.current;
    running.current = null;
    setState(null);
    if (!current) return;
    if (current.recorder.state !== "inactive") current.recorder.stop();
    release(current);
  }, []);

  const start = useCallback(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 },
    });
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
    const options = { audioBitsPerSecond: BITS_PER_SECOND, ...(mimeType && { mimeType }) };
    const recorder = new MediaRecorder(stream, options);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const startedAt = performance.now();
    const levels: number[] = [];
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      levels.push(loudness(samples));
      const elapsedMs = performance.now() - startedAt;
      setState({ elapsedMs, levels: levels.slice(-LEVELS_SHOWN) });
      if (elapsedMs > LONGEST_MS && recorder.state === "recording") recorder.pause();
    }, TICK_MS);
    running.current = { recorder, stream, context, startedAt, levels, parts, timer };
    recorder.start();
    setState({ elapsedMs: 0, levels: [] });
  }, []);

  const finish = useCallback(async () => {
    const current = running.current;
    running.current = null;
    if (!current) return null;
    const durationMs = Math.round(Math.min(performance.now() - current.startedAt, LONGEST_MS));
    const stopped = new Promise<void>((resolve) => {
      current.recorder.onstop = () => resolve();
    });
    current.recorder.stop();
    await stopped;
    release(current);
    setState(null);
    if (durationMs < SHORTEST_MS) return null;
    const type = (current.recorder.mimeType || "audio/webm").split(";")[0] ?? "audio/webm";
    const file = new File(current.parts, `voice-message.${ENDINGS[type] ?? "webm"}`, { type });
    const sent = resampled(
      current.levels.map((level) => level * LEVEL_MAX),
      LEVELS_SENT,
    );
    return { file, durationMs, waveform: levelled(sent) };
  }, []);

  useEffect(() => cancel, [cancel]);
  return {
    isOn: state !== null,
    elapsedMs: state?.elapsedMs ?? 0,
    levels: state?.levels ?? [],
    start,
    finish,
    cancel,
  };
}

/** How loud it is, from 0 to 1. A voice is far from the loudest that there is, so it is raised. */
function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(sum / samples.length) * 4);
}
