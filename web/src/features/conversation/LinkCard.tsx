import { useMemo } from "react";
import { previewChoice, useLinkPreview } from "@/matrix/link-preview";
import { useMedia } from "@/matrix/media";
import { Cell, useObservable } from "@/matrix/observable";
import { useConversation } from "./context";
import styles from "./LinkCard.module.css";
import { firstLink } from "./links";

/** Messages of encrypted conversations whose preview somebody asked for. */
const asked = new Cell<ReadonlySet<string>>(new Set());

export function askForPreview(eventId: string): void {
  asked.set(new Set([...asked.get(), eventId]));
}

/** The page that a message links to, and whether its preview is shown. */
export function useLink(eventId: string, text: string | null): { link: string | null; isShown: boolean } {
  const { account, source } = useConversation();
  const choice = useObservable(previewChoice(account));
  const isAsked = useObservable(asked).has(eventId);
  const link = useMemo(() => (text ? firstLink(text) : null), [text]);
  const isOn = source.room.hasEncryptionStateEvent() ? choice.inEncrypted : choice.inOpen;
  return { link, isShown: link !== null && (isOn || isAsked) };
}

/** A page in a few words, below the message that links to it. */
export function LinkCard({ eventId, text }: { eventId: string; text: string }) {
  const { account } = useConversation();
  const { link, isShown } = useLink(eventId, text);
  const preview = useLinkPreview(account, isShown ? link : null);
  const image = preview?.image ?? null;
  const size = { width: 320, height: 320, method: "scale" } as const;
  const { url } = useMedia(account.media, image && { mxc: image.mxc }, size);
  if (!link || !preview) return null;
  const isWide = image !== null && image.width >= 300 && image.width > image.height;
  return (
    <a
      className={styles.card}
      href={link}
      target="_blank"
      rel="noreferrer noopener nofollow"
      data-wide={isWide || undefined}
    >
      {image && <span className={styles.picture}>{url && <img src={url} alt="" draggable={false} />}</span>}
      <span className={styles.text}>
        <small>
          <bdi>{preview.site || new URL(link).hostname}</bdi>
        </small>
        {preview.title && <strong dir="auto">{preview.title}</strong>}
        {preview.description && <span dir="auto">{preview.description}</span>}
      </span>
    </a>
  );
}
