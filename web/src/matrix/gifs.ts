import type { Account } from "./account";
import { call, Refusal } from "./http";

/** A moving picture of the provider that the server's operator has chosen. */
export interface Gif {
  readonly id: string;
  /** What it shows; may be empty. */
  readonly title: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export interface Gifs {
  readonly gifs: readonly Gif[];
  /** Where the next part begins. */
  readonly next?: string;
  /** Whose pictures they are. */
  readonly provider: string;
}

/** Looks for moving pictures, through the server; `null` where it has no provider. */
export async function findGifs(account: Account, query: string, from = "0"): Promise<Gifs | null> {
  const parameters = new URLSearchParams({ query, from });
  try {
    return await call<Gifs>(`/_aside/v1/gifs?${parameters}`, { token: account.session.accessToken });
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

/** The picture itself, small to choose by or whole to be sent. */
export async function gifBlob(account: Account, { id }: Gif, size: "preview" | "whole"): Promise<Blob> {
  const headers = { Authorization: `Bearer ${account.session.accessToken}` };
  const response = await fetch(`/_aside/v1/gifs/${encodeURIComponent(id)}?size=${size}`, { headers });
  if (!response.ok) throw new Error(`the moving picture answered ${response.status}`);
  return response.blob();
}
