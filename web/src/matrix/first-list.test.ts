import { expect, test } from "vitest";
import { rowsOfSync } from "./first-list";

const ME = "@me:example.org";
const ADA = "@ada:example.org";

const member = (userId: string, displayname: string, more: object = {}) => ({
  type: "m.room.member",
  state_key: userId,
  sender: userId,
  content: { membership: "join", displayname, ...more },
});
const text = (sender: string, body: string, at: number) => ({
  type: "m.room.message",
  sender,
  origin_server_ts: at,
  content: { msgtype: "m.text", body },
});

test("conversations and requests become rows, the newest first", () => {
  const rows = rowsOfSync(
    {
      account_data: { events: [{ type: "m.direct", content: { [ADA]: ["!direct"] } }] },
      rooms: {
        join: {
          "!direct": {
            state: { events: [member(ADA, "Ada", { avatar_url: "mxc://example.org/ada" })] },
            timeline: { events: [text(ADA, "Hello", 20)] },
            unread_notifications: { notification_count: 2 },
          },
          "!group": {
            state: { events: [{ type: "m.room.name", state_key: "", content: { name: "Engine" } }] },
            timeline: {
              events: [{ type: "m.room.encrypted", sender: ME, origin_server_ts: 30, content: {} }],
            },
            account_data: { events: [{ type: "m.tag", content: { tags: { "m.lowpriority": {} } } }] },
          },
        },
        invite: {
          "!invite": {
            invite_state: {
              events: [
                member("@eve:example.org", "Eve"),
                {
                  type: "m.room.member",
                  state_key: ME,
                  sender: "@eve:example.org",
                  content: { is_direct: true },
                },
              ],
            },
          },
        },
      },
    },
    ME,
  );
  expect(rows.map(({ id, name, kind, folder }) => [id, name, kind, folder])).toEqual([
    ["!group", "Engine", "group", "inbox"],
    ["!direct", "Ada", "person", "inbox"],
    ["!invite", "Eve", "person", "requests"],
  ]);
  expect(rows[0]).toMatchObject({ isArchived: true, last: { preview: { kind: "locked" }, isMine: true } });
  expect(rows[1]).toMatchObject({
    unread: 2,
    avatar: "mxc://example.org/ada",
    last: { preview: { text: "Hello" } },
  });
});

test("a conversation without a name is called after who is in it", () => {
  const room = {
    state: { events: [member(ADA, "Ada")] },
    summary: { "m.heroes": [ADA, "@bob:example.org"] },
  };
  const [row] = rowsOfSync({ rooms: { join: { "!a": room } } }, ME);
  expect(row).toMatchObject({ name: "Ada, bob", kind: "group", last: null });
});
