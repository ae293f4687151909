import { type UIEvent, useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { type Gif, gifBlob } from "@/matrix/gifs";
import { attempt } from "@/ui/attempt";
import { Spinner } from "@/ui/Spinner";
import styles from "./EmojiPanel.module.css";
import { useGifs } from "./gifs";
import { PackPictures } from "./PackPictures";
import { moving, type Picked } from "./pack";

/** So near to the end, more are looked for. */
const NEAR_PX = 200;

/** Moving pictures: those of the pack and, where the server has a provider, all that it finds. */
export function GifPanel({ send }: { send: (picked: Picked) => void }) {
  const account = useAccount();
  const [query, setQuery] = useState("");
  const found = useGifs(query);
  const pack = <PackPictures pictures={moving} send={send} />;
  if (found.state === "none") return pack;
  const sendGif = async (gif: Gif) => {
    const blob = await gifBlob(account, gif, "whole");
    const file = new File([blob], `${gif.id}.${blob.type.split("/")[1] ?? "gif"}`, { type: blob.type });
    send({ file, width: gif.width, height: gif.height });
  };
  const scrolled = ({ currentTarget: list }: UIEvent<HTMLElement>) => {
    if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX) found.more();
  };
  return (
    <>
      <input
        type="search"
        className={styles.search}
        value={query}
        placeholder={t("messages.gifSearch")}
        aria-label={t("messages.gifSearch")}
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className={styles.found} onScroll={scrolled}>
        {found.state === "failed" && <p role="alert">{t("messages.gifFailed")}</p>}
        {found.state === "done" && found.gifs.length === 0 && <p>{t("messages.gifNone")}</p>}
        <ul className={styles.gifs} aria-busy={found.state === "looking"}>
          {found.gifs.map((gif) => (
            <li key={gif.id}>
              <button
                type="button"
                aria-label={t("messages.sendPicture", { name: gif.title || t("messages.tab_gifs") })}
                style={{ aspectRatio: `${gif.width} / ${gif.height}` }}
                onClick={() => attempt(sendGif(gif))}
              >
                <Preview gif={gif} />
              </button>
            </li>
          ))}
        </ul>
        {found.state === "looking" && <Spinner />}
        {found.state !== "looking" && !query && found.gifs.length === 0 && pack}
      </div>
      {found.provider && <p className={styles.provider}>{t("messages.gifFrom", { name: found.provider })}</p>}
    </>
  );
}

function Preview({ gif }: { gif: Gif }) {
  const account = useAccount();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let isCurrent = true;
    gifBlob(account, gif, "preview").then(
      (blob) => {
        if (!isCurrent) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      // One that does not come leaves its place empty; the others are there.
      () => {},
    );
    return () => {
      isCurrent = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [account, gif]);
  return url && <img src={url} alt="" draggable={false} />;
}
