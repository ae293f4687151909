import { language } from "@/i18n";
import type { Account } from "@/matrix/account";
import { canPush, startPush, stopPush } from "@/matrix/web-push";
import { chooseNotifications, notificationChoices } from "./choices";

/** Asks the browser, and begins to tell of messages where it agrees. */
export async function turnOn({ session }: Account): Promise<NotificationPermission> {
  const answer = await Notification.requestPermission();
  chooseNotifications({ isOn: answer === "granted", isClosedToo: true });
  // Open pages tell even where no push service can be had.
  await keepPush(session).catch(() => chooseNotifications({ isClosedToo: false }));
  return answer;
}

export async function turnOff({ session }: Account): Promise<void> {
  chooseNotifications({ isOn: false });
  await keepPush(session);
}

/** Whether to tell of messages while the app is closed, too. Refused where browser or server cannot. */
export async function chooseClosedToo({ session }: Account, isClosedToo: boolean): Promise<void> {
  chooseNotifications({ isClosedToo });
  try {
    await keepPush(session);
  } catch (error) {
    chooseNotifications({ isClosedToo: false });
    throw error;
  }
}

/** Brings the browser's push service in line with what was chosen. */
export async function keepPush(session: Account["session"]): Promise<void> {
  const { isOn, isClosedToo } = notificationChoices.get();
  if (!canPush()) return;
  if (isOn && isClosedToo && Notification.permission === "granted") await startPush(session, language());
  else await stopPush(session);
}
