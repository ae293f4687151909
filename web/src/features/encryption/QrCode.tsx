import { useMemo } from "react";
import styles from "./QrCode.module.css";
import { drawCode } from "./qr";

/** A code for the camera of another device. It is dark on light whatever the theme, as cameras want it. */
export function QrCode({ bytes, label }: { bytes: Uint8Array | Uint8ClampedArray; label: string }) {
  const rows = useMemo(() => drawCode(bytes), [bytes]);
  const side = rows.length;
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg className={styles.code} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
