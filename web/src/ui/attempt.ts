import { t } from "@/i18n";
import { toast } from "./toasts";

/** For what is done with a press and shows itself: only that it failed has to be said. */
export function attempt(work: Promise<unknown>, failed: string = t("app.notDone")): void {
  work.catch(() => toast(failed));
}
