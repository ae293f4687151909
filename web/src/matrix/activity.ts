import { type MatrixClient, type User, UserEvent } from "matrix-js-sdk";

/** Whether somebody is there, or when they last were, as far as they show it. */
export interface Activity {
  readonly isNow: boolean;
  /** `null` where it is not known. */
  readonly at: number | null;
}

interface Status {
  readonly presence: string;
  readonly currently_active?: boolean;
  readonly last_active_ago?: number;
}

/** Tells whether a person is there, first as the server has it, and then whenever it changes. */
export function watchActivity(
  client: MatrixClient,
  userId: string,
  tell: (activity: Activity | null) => void,
): () => void {
  let isCurrent = true;
  const told = (status: Status) => isCurrent && tell(activityOf(status, Date.now()));
  // What the device has kept of it is from another day.
  client.getPresence(userId).then(told, () => {});
  const ofUser = (_: unknown, user: User) => {
    const content = user.events.presence?.getContent();
    if (user.userId === userId && content) told(content as unknown as Status);
  };
  client.on(UserEvent.LastPresenceTs, ofUser);
  return () => {
    isCurrent = false;
    client.off(UserEvent.LastPresenceTs, ofUser);
  };
}

/** What the server says of somebody who shows nothing is the same as of somebody who was never there. */
export function activityOf(status: Status, now: number): Activity | null {
  if (status.presence === "online" || status.currently_active) return { isNow: true, at: null };
  const { last_active_ago: ago } = status;
  return ago === undefined ? null : { isNow: false, at: now - ago };
}
