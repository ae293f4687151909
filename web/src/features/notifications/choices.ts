import { Cell } from "@/matrix/observable";

/** What a person chose for this browser. */
export interface NotificationChoices {
  readonly isOn: boolean;
  readonly showsText: boolean;
}

const KEY = "aside.notifications";

function load(): NotificationChoices {
  try {
    const { isOn, showsText } = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<NotificationChoices>;
    return { isOn: isOn === true, showsText: showsText !== false };
  } catch {
    return { isOn: false, showsText: true };
  }
}

export const notificationChoices = new Cell<NotificationChoices>(load());

export function chooseNotifications(change: Partial<NotificationChoices>): void {
  const choices = { ...notificationChoices.get(), ...change };
  localStorage.setItem(KEY, JSON.stringify(choices));
  notificationChoices.set(choices);
}
