import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { type Activity, watchActivity } from "@/matrix/activity";

/** Whether somebody is there; `null` where they don't show it, or nobody is asked about. */
export function useActivity(userId: string | null): Activity | null {
  const { client } = useAccount();
  const [activity, setActivity] = useState<Activity | null>(null);
  useEffect(() => {
    setActivity(null);
    return userId === null ? undefined : watchActivity(client, userId, setActivity);
  }, [client, userId]);
  return activity;
}
