import { Search } from "lucide-react";
import { useState } from "react";
import { useAccount } from "@/app/account";
import { t } from "@/i18n";
import { useMedia } from "@/matrix/media";
import type { Person } from "@/matrix/people";
import { localpart } from "@/matrix/session";
import { Avatar } from "@/ui/Avatar";
import { Empty } from "@/ui/Empty";
import { TextField } from "@/ui/TextField";
import { useFound } from "./found";
import styles from "./PeoplePicker.module.css";

/** Choosing one person by name. Before anything is typed, those one talks with are offered. */
export function PeoplePicker({ choose }: { choose: (person: Person) => void }) {
  const account = useAccount();
  const [term, setTerm] = useState("");
  const { people } = useFound(term);
  const shown = term.trim() ? (people ?? []) : known(account);
  return (
    <div className={styles.picker}>
      <TextField
        label={t("people.search")}
        type="search"
        value={term}
        autoComplete="off"
        onChange={(event) => setTerm(event.target.value)}
      />
      <ul className={styles.people}>
        {shown.map((person) => (
          <li key={person.userId}>
            <PersonItem person={person} choose={() => choose(person)} />
          </li>
        ))}
      </ul>
      {term.trim() && people?.length === 0 && <Empty icon={Search} title={t("people.nobodyTitle")} />}
    </div>
  );
}

const KNOWN_MAX = 20;

function known({ conversations }: ReturnType<typeof useAccount>): readonly Person[] {
  return conversations.rows
    .get()
    .flatMap(({ personId, name, avatar, folder }) =>
      personId && folder === "inbox" ? [{ userId: personId, name, avatar }] : [],
    )
    .slice(0, KNOWN_MAX);
}

function PersonItem({ person, choose }: { person: Person; choose: () => void }) {
  const account = useAccount();
  const source = person.avatar ? { mxc: person.avatar } : null;
  const { url } = useMedia(account.media, source, { width: 40, height: 40 });
  const name = person.name === person.userId ? localpart(person.userId) : person.name;
  return (
    <button type="button" className={styles.person} onClick={choose}>
      <Avatar name={name} id={person.userId} src={url} size={40} />
      <span>
        <span dir="auto">{name}</span>
        <small>
          <bdi dir="ltr">{person.userId}</bdi>
        </small>
      </span>
    </button>
  );
}
