import { useState } from "react";
import { useLocation } from "wouter";
import { routes } from "@/app/routes";
import { whyNot } from "@/features/people/why-not";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import type { Person } from "@/matrix/people";
import { startConversation } from "@/matrix/send";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/toasts";
import styles from "./Card.module.css";
import { useConversation } from "./context";

/** Somebody whom somebody recommends. */
export function ContactBody({ person }: { person: Person }) {
  const { account } = useConversation();
  const [, go] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const { url } = useMedia(account.media, person.avatar ? { mxc: person.avatar } : null, {
    width: 40,
    height: 40,
  });
  const write = async () => {
    setBusy(true);
    try {
      const roomId = await startConversation(account, [person.userId]);
      await account.conversations.appears(roomId);
      go(routes.conversation(roomId));
    } catch (error) {
      toast(whyNot(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.card}>
      <div className={styles.head}>
        <Avatar name={person.name} id={person.userId} src={url} size={40} />
        <div className={styles.facts}>
          <strong dir="auto">{person.name}</strong>
          <p>
            <bdi dir="ltr">{person.userId}</bdi>
          </p>
        </div>
      </div>
      {person.userId !== account.userId && (
        <Button size="small" className={styles.wide} busy={isBusy} onClick={write}>
          {t("messages.writeTo", { name: person.name })}
        </Button>
      )}
    </div>
  );
}
