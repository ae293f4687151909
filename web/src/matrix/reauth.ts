import { call, Refusal } from "./http";
import type { Session } from "./session";

/** A call for which the server wants the password again, so that whoever finds an open screen cannot do harm. */
export async function callWithPassword<T>(
  session: Session,
  path: string,
  body: Readonly<Record<string, unknown>>,
  password: string,
): Promise<T> {
  const ask = (auth: unknown) =>
    call<T>(path, { token: session.accessToken, body: auth ? { ...body, auth } : body });
  try {
    return await ask(null);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401 || !("flows" in error.body)) throw error;
    return ask({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: session.userId },
      password,
      session: error.body.session,
    });
  }
}
