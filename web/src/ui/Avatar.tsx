import { Users } from "lucide-react";
import styles from "./Avatar.module.css";
import { classes } from "./class";

interface Props {
  readonly name: string;
  /** Decides the colour where there is no picture; it stays when the name changes. */
  readonly id: string;
  readonly src?: string | undefined;
  readonly size?: 24 | 32 | 40 | 48 | 64 | 96;
  readonly group?: boolean;
}

/** Somebody's picture, or the beginning of their name. It says nothing to those who listen: the name stands beside it. */
export function Avatar({ name, id, src, size = 48, group }: Props) {
  return (
    <span
      className={classes(styles.avatar, styles[`size${size}`], styles[`hue${hue(id)}`])}
      aria-hidden="true"
    >
      {src ? (
        <img src={src} alt="" draggable={false} />
      ) : group ? (
        <Users strokeWidth={1.8} />
      ) : (
        initials(name)
      )}
    </span>
  );
}

const HUES = 8;

function hue(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return sum % HUES;
}

/** The first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name
    .replace(/^@/, "")
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("");
}
