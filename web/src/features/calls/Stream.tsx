import { useEffect, useRef } from "react";
import { classes } from "@/ui/class";
import styles from "./CallView.module.css";

interface Props {
  readonly stream: MediaStream;
  readonly className?: string | undefined;
  readonly label?: string;
  /** One's own picture is a mirror, and is not heard. */
  readonly isOwn?: boolean;
  /** Nothing of a screen may be cut off. */
  readonly isWhole?: boolean;
}

export function Stream({ stream, className, label, isOwn = false, isWhole = false }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    // The browser may want a press first; answering the call is one.
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={video}
      autoPlay
      playsInline
      muted={isOwn}
      aria-label={label}
      data-whose={isOwn ? "own" : "other"}
      className={classes(className, isOwn && styles.mirrored, isWhole && styles.whole)}
    />
  );
}
