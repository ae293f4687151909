import { useEffect } from "react";
import type { Call } from "@/matrix/calls";

interface Tone {
  readonly notes: readonly number[];
  readonly volume: number;
  readonly everyMs: number;
}

/** Notes in hertz, a fifth of a second each. */
const TONES: Readonly<Partial<Record<Call["phase"], Tone>>> = {
  ringing: { notes: [659, 784, 988, 784], volume: 0.12, everyMs: 2_400 },
  calling: { notes: [440, 440], volume: 0.04, everyMs: 3_500 },
};
const NOTE_S = 0.2;

/** Lets a call be heard for as long as nobody has answered it. */
export function useRing(phase: Call["phase"]): void {
  useEffect(() => {
    const tone = TONES[phase];
    if (!tone) return;
    const context = new AudioContext();
    const ring = () => {
      sound(context, tone);
      if (phase === "ringing") navigator.vibrate?.([300, 200, 300]);
    };
    ring();
    const timer = setInterval(ring, tone.everyMs);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [phase]);
}

function sound(context: AudioContext, { notes, volume }: Tone): void {
  notes.forEach((note, index) => {
    const from = context.currentTime + index * NOTE_S;
    const [oscillator, gain] = [context.createOscillator(), context.createGain()];
    oscillator.frequency.value = note;
    oscillator.type = "sine";
    // Rising and falling softly, so that it does not click.
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(volume, from + 0.03);
    gain.gain.linearRampToValueAtTime(0, from + NOTE_S);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + NOTE_S);
  });
}
