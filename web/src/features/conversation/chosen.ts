import { useCallback, useEffect, useMemo, useRef, useState } from "react";

/** A file that will be sent with the text. */
export interface ChosenFile {
  readonly id: number;
  readonly file: File;
  /** An address of the picture itself, where it is one. */
  readonly picture: string | null;
}

export interface Chosen {
  readonly files: readonly ChosenFile[];
  readonly add: (files: readonly File[]) => void;
  readonly remove: (id: number) => void;
  /** Takes them all, to be sent. */
  readonly take: () => readonly File[];
}

/** More at once nobody looks through. */
const CHOSEN_MAX = 30;

let lastId = 0;

/** Files between being chosen and being sent: somebody may still look at them, take one out, and say something about them. */
export function useChosen(): Chosen {
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const present = useRef(files);
  present.current = files;

  const keep = useCallback((next: readonly ChosenFile[]) => {
    for (const file of present.current) {
      if (file.picture && !next.includes(file)) URL.revokeObjectURL(file.picture);
    }
    present.current = next;
    setFiles(next);
  }, []);
  useEffect(() => () => keep([]), [keep]);

  return useMemo(
    () => ({
      files,
      add: (added) => keep([...present.current, ...added.map(chosenFile)].slice(0, CHOSEN_MAX)),
      remove: (id) => keep(present.current.filter((file) => file.id !== id)),
      take: () => {
        const taken = present.current.map(({ file }) => file);
        keep([]);
        return taken;
      },
    }),
    [files, keep],
  );
}

function chosenFile(file: File): ChosenFile {
  lastId += 1;
  const isPicture = file.type.startsWith("image/") && file.type !== "image/svg+xml";
  return { id: lastId, file, picture: isPicture ? URL.createObjectURL(file) : null };
}
