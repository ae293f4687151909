import { ImagePlus, Pencil, UserPlus, X } from "lucide-react";
import { type ChangeEvent, useRef, useState } from "react";
import { PeoplePicker } from "@/features/people/PeoplePicker";
import PersonDialog from "@/features/people/PersonDialog";
import { whyNot } from "@/features/people/why-not";
import { t } from "@/i18n";
import { addTo, type Member, membersOf, removeFrom, rename, rightsIn, setPicture } from "@/matrix/group";
import { useMedia } from "@/matrix/media";
import { useObservable } from "@/matrix/observable";
import type { Person } from "@/matrix/people";
import type { ConversationRow } from "@/matrix/row";
import { Avatar } from "@/ui/Avatar";
import { attempt } from "@/ui/attempt";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { IconButton } from "@/ui/IconButton";
import { Notice } from "@/ui/Notice";
import { squarePicture } from "@/ui/picture";
import { TextField } from "@/ui/TextField";
import { toast } from "@/ui/toasts";
import { useConversation } from "./context";
import styles from "./Details.module.css";

interface Props {
  readonly row: ConversationRow;
  readonly close: () => void;
}

/** A group: what it is called, who is in it, and who comes in. */
export function GroupDetails({ row, close }: Props) {
  const { account, roomId, source } = useConversation();
  // Whoever comes or goes is a part of the timeline.
  useObservable(source);
  const [person, setPerson] = useState<Person | null>(null);
  const [isAdding, setAdding] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const members = membersOf(source.room);
  const { mayAdd } = rightsIn(source.room);
  // Where all look after it, nobody does so in particular.
  const areEqual = members.every(({ isKeeper }) => isKeeper);
  const add = async ({ userId }: Person) => {
    setAdding(false);
    setProblem(null);
    await addTo(account.client, roomId, userId).catch((error: unknown) => setProblem(whyNot(error)));
  };
  if (person) return <PersonDialog person={person} close={() => setPerson(null)} />;
  if (isAdding) {
    return (
      <Dialog title={t("details.add")} close={() => setAdding(false)}>
        <PeoplePicker choose={(person) => void add(person)} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("details.group")} close={close}>
      <Head row={row} />
      {problem && <Notice kind="danger">{problem}</Notice>}
      <div className={styles.title}>
        <h3>{t("details.members", { count: members.length })}</h3>
        {mayAdd && (
          <Button size="small" onClick={() => setAdding(true)}>
            <UserPlus size={16} aria-hidden /> {t("details.add")}
          </Button>
        )}
      </div>
      <ul>
        {members.map((member) => (
          <li key={member.userId}>
            <MemberItem
              member={member}
              isKeeper={member.isKeeper && !areEqual}
              open={() => setPerson(member)}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Head({ row }: { row: ConversationRow }) {
  const { account, roomId, source } = useConversation();
  const file = useRef<HTMLInputElement>(null);
  const [name, setName] = useState<string | null>(null);
  const { mayRename, mayPicture } = rightsIn(source.room);
  const { url } = useMedia(account.media, row.avatar ? { mxc: row.avatar } : null, { width: 96, height: 96 });
  const picture = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const chosen = target.files?.[0];
    target.value = "";
    if (!chosen) return;
    const mxc = await account.media.upload(await squarePicture(chosen));
    await setPicture(account.client, roomId, mxc);
  };
  const save = () => {
    if (name?.trim()) attempt(rename(account.client, roomId, name.trim()));
    setName(null);
  };
  return (
    <div className={styles.head}>
      <Avatar name={row.name} id={row.id} src={url} size={96} group />
      {mayPicture && (
        <Button size="small" look="quiet" onClick={() => file.current?.click()}>
          <ImagePlus size={16} aria-hidden /> {t("accounts.choosePicture")}
        </Button>
      )}
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => attempt(picture(event), t("accounts.pictureRefused"))}
      />
      {name === null ? (
        <p className={styles.name}>
          <strong dir="auto">{row.name}</strong>
          {mayRename && (
            <IconButton
              icon={Pencil}
              size="small"
              label={t("details.rename")}
              onClick={() => setName(row.name)}
            />
          )}
        </p>
      ) : (
        <form
          className={styles.naming}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextField
            label={t("people.groupName")}
            value={name}
            maxLength={100}
            onChange={({ target }) => setName(target.value)}
          />
          <Button type="submit" look="main" size="small" disabled={!name.trim()}>
            {t("conversation.saveEdit")}
          </Button>
        </form>
      )}
    </div>
  );
}

interface MemberProps {
  readonly member: Member;
  readonly isKeeper: boolean;
  readonly open: () => void;
}

function MemberItem({ member, isKeeper, open }: MemberProps) {
  const { account, roomId } = useConversation();
  const { userId, name, avatar, isMe, isInvited, mayRemove } = member;
  const { url } = useMedia(account.media, avatar ? { mxc: avatar } : null, { width: 40, height: 40 });
  const note = isInvited ? t("details.invited") : isKeeper ? t("details.keeper") : null;
  const remove = async () => {
    await removeFrom(account.client, roomId, userId);
    toast(t("details.removed", { name }));
  };
  return (
    <div className={styles.member}>
      <button type="button" className={styles.person} onClick={open}>
        <Avatar name={name} id={userId} src={url} size={40} />
        <span>
          <bdi>{isMe ? t("conversations.you") : name}</bdi>
          {note && <small>{note}</small>}
        </span>
      </button>
      {mayRemove && (
        <IconButton
          icon={X}
          size="small"
          label={t("details.remove", { name })}
          onClick={() => attempt(remove())}
        />
      )}
    </div>
  );
}
