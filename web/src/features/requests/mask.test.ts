import { expect, test } from "vitest";
import type { MessageRequest } from "@/matrix/requests";
import { isCovered, shownSender } from "./mask";

function request(changes: Partial<MessageRequest>): MessageRequest {
  return {
    roomId: "!r",
    senderId: "@zoe:x",
    senderName: "Zoë",
    avatar: null,
    folder: "requests",
    isDirect: true,
    isStranger: false,
    isUnread: true,
    at: 0,
    expiresAt: null,
    priority: 50,
    groupName: null,
    members: 1,
    snippet: null,
    ...changes,
  };
}

test("names of what was put aside are masked, and no other", () => {
  expect(shownSender(request({}))).toBe("Zoë");
  expect(shownSender(request({ folder: "spam" }))).toBe("Z•••");
});

test("pictures of strangers are covered", () => {
  expect(isCovered(request({}))).toBe(false);
  expect(isCovered(request({ isStranger: true }))).toBe(true);
  expect(isCovered(request({ folder: "hidden" }))).toBe(true);
});
