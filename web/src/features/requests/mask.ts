import type { MessageRequest } from "@/matrix/requests";

/** What was put aside shows as little of its sender as is needed to find it again. */
export function shownSender({ folder, senderName }: MessageRequest): string {
  if (folder === "requests") return senderName;
  const [first = ""] = [...senderName];
  return `${first}•••`;
}

/** Whether the sender's picture is covered: it is the first thing that a stranger can show. */
export function isCovered({ isStranger, folder }: MessageRequest): boolean {
  return isStranger || folder !== "requests";
}
