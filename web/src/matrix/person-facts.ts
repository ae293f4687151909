import type { Account } from "./account";
import { call } from "./http";
import { localpart } from "./session";

/** What helps to judge somebody, as far as they show it. */
export interface PersonFacts {
  readonly isVerified: boolean;
  readonly isPage: boolean;
  readonly since: number;
  /** `null` where they don't show it. */
  readonly mutuals: { readonly count: number; readonly names: readonly string[] } | null;
  readonly groups: readonly string[];
  readonly sharedConversations: number;
}

interface Card {
  readonly verified: boolean;
  readonly page: boolean;
  readonly account_since_ts: number;
  readonly common?: {
    readonly mutuals: number;
    readonly mutual_user_ids: readonly string[];
    readonly groups: readonly { readonly label?: string; readonly item: string }[];
    readonly rooms: number;
  };
}

/** Somebody's card; `null` where the server has none. */
export async function personFacts(account: Account, userId: string): Promise<PersonFacts | null> {
  const address = `/_aside/v1/people/${encodeURIComponent(userId)}`;
  const card = await call<Card>(address, { token: account.session.accessToken }).catch(() => null);
  if (!card) return null;
  const { common } = card;
  const nameOf = (id: string) => account.client.getUser(id)?.displayName || localpart(id);
  return {
    isVerified: card.verified,
    isPage: card.page,
    since: card.account_since_ts,
    mutuals: common ? { count: common.mutuals, names: common.mutual_user_ids.map(nameOf) } : null,
    groups: common?.groups.map(({ label, item }) => label ?? item) ?? [],
    sharedConversations: common?.rooms ?? 0,
  };
}
