import { useEffect, useState } from "react";
import type { Account } from "@/matrix/account";
import { useMedia } from "@/matrix/media";

/** The person's own name and picture, as the server has them. */
export function useOwnProfile(account: Account | null): { name: string | null; url: string | undefined } {
  const [profile, setProfile] = useState<{ name: string | null; avatar: string | null }>({
    name: null,
    avatar: null,
  });
  useEffect(() => {
    if (!account) return;
    const look = () => {
      const user = account.client.getUser(account.userId);
      setProfile({ name: user?.displayName ?? null, avatar: user?.avatarUrl ?? null });
    };
    const events = ["User.displayName", "User.avatarUrl"] as const;
    look();
    account.client
      .getProfileInfo(account.userId)
      .then(({ displayname, avatar_url }) =>
        setProfile({ name: displayname ?? null, avatar: avatar_url ?? null }),
      )
      .catch(() => {});
    for (const event of events) account.client.on(event as never, look as never);
    return () => {
      for (const event of events) account.client.off(event as never, look as never);
    };
  }, [account]);
  const size = { width: 64, height: 64 };
  const { url } = useMedia(account?.media ?? null, profile.avatar ? { mxc: profile.avatar } : null, size);
  return { name: profile.name, url };
}
