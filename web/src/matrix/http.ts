/** What the server refuses, by its code; `UNREACHABLE` where it did not answer. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 0, body: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.body = body;
  }

  /** How long the server asks us to wait. */
  get retryAfterMs(): number | null {
    const { retry_after_ms: wait } = this.body;
    return typeof wait === "number" ? wait : null;
  }
}

export const UNREACHABLE = "UNREACHABLE";

interface Options {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  readonly body?: unknown;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** One call of the server's API, for what is needed before the Matrix SDK is there or is not part of it. */
export async function call<T>(path: string, { method, body, token, signal }: Options = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const request: RequestInit = { method: method ?? (body === undefined ? "GET" : "POST"), headers, signal };
  if (body !== undefined) request.body = JSON.stringify(body);
  const response = await fetch(path, request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Refusal(UNREACHABLE, "The server cannot be reached");
  });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return answer as T;
  const { errcode, error } = answer;
  throw new Refusal(
    typeof errcode === "string" ? errcode : "M_UNKNOWN",
    typeof error === "string" ? error : response.statusText,
    response.status,
    answer,
  );
}
