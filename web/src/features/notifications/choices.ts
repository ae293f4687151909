import { Cell } from "@/matrix/observable";

/** What a person chose for this browser. */
export interface NotificationChoices {
  readonly isOn: boolean;
  readonly showsText: boolean;
  /** Also while no page of the app is open, where the browser can. */
  readonly isClosedToo: boolean;
  /** Whether they were asked once, or chose by themselves. */
  readonly isAsked: boolean;
}

const KEY = "aside.notifications";

const NOTHING_CHOSEN: NotificationChoices = {
  isOn: false,
  showsText: true,
  isClosedToo: true,
  isAsked: false,
};

function load(): NotificationChoices {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<NotificationChoices>;
    return { ...NOTHING_CHOSEN, ...kept };
  } catch {
    return NOTHING_CHOSEN;
  }
}

export const notificationChoices = new Cell<NotificationChoices>(load());

export function chooseNotifications(change: Partial<NotificationChoices>): void {
  const choices = { ...notificationChoices.get(), isAsked: true, ...change };
  localStorage.setItem(KEY, JSON.stringify(choices));
  notificationChoices.set(choices);
}
