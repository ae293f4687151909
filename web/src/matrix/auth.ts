import { call, Refusal } from "./http";
import type { Session } from "./session";

/** How an account can be made here. */
export type Registration = "open" | "token" | "closed";

interface Flows {
  readonly session?: string;
  readonly flows?: readonly { readonly stages?: readonly string[] }[];
}

interface Entered {
  readonly user_id: string;
  readonly device_id: string;
  readonly access_token: string;
}

const DUMMY = "m.login.dummy";
const TOKEN = "m.login.registration_token";

function entered({ user_id, device_id, access_token }: Entered): Session {
  return { userId: user_id, deviceId: device_id, accessToken: access_token };
}

/** What this browser is called in the list of devices. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const browsers = ["Firefox", "Edg", "OPR", "Chrome", "Safari"] as const;
  const names = { Firefox: "Firefox", Edg: "Edge", OPR: "Opera", Chrome: "Chrome", Safari: "Safari" };
  const found = browsers.find((name) => agent.includes(name));
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(agent)?.[0].replace("Mac OS", "Mac");
  return ["Aside", found && names[found], system].filter(Boolean).join(" · ");
}

/** Asks the server what it wants from somebody who makes an account. */
export async function findRegistration(): Promise<Registration> {
  try {
    await call("/_matrix/client/v3/register", { body: {} });
    return "open";
  } catch (error) {
    if (!(error instanceof Refusal) || error.status === 0) throw error;
    const stages = ((error.body as Flows).flows ?? []).map((flow) => flow.stages ?? []);
    if (stages.some((flow) => flow.every((stage) => stage === DUMMY))) return "open";
    return stages.some((flow) => flow.includes(TOKEN)) ? "token" : "closed";
  }
}

/** Whether an account can be made with this token. */
export async function isTokenValid(token: string): Promise<boolean> {
  const path = `/_matrix/client/v1/register/m.login.registration_token/validity?token=${encodeURIComponent(token)}`;
  return (await call<{ valid: boolean }>(path)).valid;
}

/** Resolves where the name is free, and is refused with the reason where it is not. */
export async function checkUsername(username: string, signal?: AbortSignal): Promise<void> {
  await call(`/_matrix/client/v3/register/available?username=${encodeURIComponent(username)}`, { signal });
}

export async function register(username: string, password: string, token: string | null): Promise<Session> {
  const wanted = { username, password, initial_device_display_name: deviceName() };
  const stage = token ? { type: TOKEN, token } : { type: DUMMY };
  let session: string | undefined;
  // The server may ask for one stage after the other.
  for (let step = 0; step < 3; step += 1) {
    const auth = step === 1 && token ? { type: DUMMY, session } : { ...stage, session };
    try {
      return entered(await call<Entered>("/_matrix/client/v3/register", { body: { ...wanted, auth } }));
    } catch (error) {
      const isUnfinished =
        error instanceof Refusal && error.status === 401 && error.body.errcode === undefined;
      if (!isUnfinished) throw error;
      session = (error.body as Flows).session;
    }
  }
  throw new Refusal("M_FORBIDDEN", "The server wants more than this app can give");
}

/** Signs in with a user name or a whole user id. */
export async function signIn(user: string, password: string): Promise<Session> {
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: user.trim() },
    password,
    initial_device_display_name: deviceName(),
  };
  return entered(await call<Entered>("/_matrix/client/v3/login", { body }));
}

export async function signOut(session: Session): Promise<void> {
  await call("/_matrix/client/v3/logout", { body: {}, token: session.accessToken }).catch(
    (error: unknown) => {
      // A session that the server ended before is ended all the same.
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
    },
  );
}
