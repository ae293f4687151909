import { t } from "@/i18n";
import type { Mentioned } from "@/matrix/mentions";
import { Avatar } from "@/ui/Avatar";
import { classes } from "@/ui/class";
import styles from "./MentionList.module.css";

interface Props {
  readonly people: readonly Mentioned[];
  readonly active: number;
  readonly choose: (person: Mentioned) => void;
}

/** Whom an @ may mean. The field keeps the focus, and its arrow keys move here. */
export function MentionList({ people, active, choose }: Props) {
  if (people.length === 0) return null;
  return (
    <div className={styles.list} role="listbox" id="mentions" aria-label={t("messages.mention")}>
      {people.map((person, index) => (
        <div
          key={person.userId}
          id={`mention-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={classes(styles.person, index === active && styles.active)}
          // A click would take the focus from the field first.
          onMouseDown={(event) => {
            event.preventDefault();
            choose(person);
          }}
        >
          <Avatar name={person.name} id={person.userId} size={32} />
          <span dir="auto">{person.name}</span>
        </div>
      ))}
    </div>
  );
}
