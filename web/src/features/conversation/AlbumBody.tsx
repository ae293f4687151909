import { Play } from "lucide-react";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import type { Message } from "@/matrix/message";
import styles from "./AlbumBody.module.css";
import { useConversation } from "./context";
import { Caption, Waiting } from "./FileBody";

/** With more, the last one says how many. */
const SHOWN_MAX = 4;

/** Pictures that were sent together, in one frame with one caption. */
export function AlbumBody({ album }: { album: readonly Message[] }) {
  const shown = album.slice(0, SHOWN_MAX);
  const captions = album.flatMap(({ body }) => ("file" in body && body.file.caption) || []);
  return (
    <>
      <ul className={styles.album} data-count={shown.length}>
        {shown.map((message, index) => (
          <li key={message.key}>
            <Tile message={message} more={index === SHOWN_MAX - 1 ? album.length - SHOWN_MAX : 0} />
          </li>
        ))}
      </ul>
      {captions.map((caption) => (
        <Caption key={caption} text={caption} />
      ))}
    </>
  );
}

function Tile({ message, more }: { message: Message; more: number }) {
  const { account, ask } = useConversation();
  const { body } = message;
  const file = "file" in body ? body.file : null;
  const isVideo = body.kind === "video";
  const source = file && (isVideo ? file.thumbnail : (file.thumbnail ?? file.source));
  const { url, failed } = useMedia(account.media, source, { width: 360, height: 360, method: "scale" });
  const label = t(isVideo ? "albums.openVideo" : "conversation.openPicture");
  return (
    <button
      type="button"
      className={styles.tile}
      aria-label={more > 0 ? t("albums.more", { count: more }) : label}
      onClick={() => ask({ what: "view", message })}
    >
      {url ? (
        <img src={url} alt={file?.name ?? ""} draggable={false} />
      ) : (
        !isVideo && <Waiting hasFailed={failed} />
      )}
      {isVideo && (
        <span className={styles.sign}>
          <Play size={22} fill="currentColor" aria-hidden />
        </span>
      )}
      {more > 0 && <span className={styles.more}>+{more}</span>}
    </button>
  );
}
