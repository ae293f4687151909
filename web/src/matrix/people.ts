import type { Account } from "./account";

export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly avatar: string | null;
}

/** People whose name begins with the words. */
export async function findPeople(account: Account, term: string): Promise<readonly Person[]> {
  const { results } = await account.client.searchUserDirectory({ term, limit: 20 });
  return results
    .filter(({ user_id }) => user_id !== account.userId)
    .map(({ user_id, display_name, avatar_url }) => ({
      userId: user_id,
      name: display_name || user_id,
      avatar: avatar_url ?? null,
    }));
}
