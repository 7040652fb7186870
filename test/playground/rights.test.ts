import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_CHANNELS } from "../../playground/slack/workspace.ts";
import { call, start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

describe("what the app was given", () => {
  test("a call without its scope is refused, and told which", async () => {
    const slack = await start({
      app: { scopes: ["chat:write", "channels:read"] },
      channels: [...DEFAULT_CHANNELS, { id: "G0SECRET", name: "secret", bot: true, is_private: true }],
    });
    expect((await call(slack, "chat.postMessage", { channel: "C0ONCALL", text: "t" })).json.ok).toBe(true);
    expect((await call(slack, "users.info", { user: "U0ALICE" })).json).toMatchObject({
      error: "missing_scope",
      needed: "users:read",
      provided: "chat:write,channels:read",
    });
    expect((await call(slack, "conversations.info", { channel: "C0ONCALL" })).json.ok).toBe(true);
    expect((await call(slack, "conversations.info", { channel: "G0SECRET" })).json).toMatchObject({
      needed: "groups:read",
    });
  });

  test.each([
    [["users:read", "users:read.email"], "alice@drydock.test"],
    [["users:read"], undefined],
  ])("with %j the address of somebody is %s, without an error", async (scopes, email) => {
    const slack = await start({ app: { scopes } });
    const one = (await call(slack, "users.info", { user: "U0ALICE" })).json;
    const all = (await call(slack, "users.list", {})).json;
    const [first] = all.members as { profile: object }[];
    for (const user of [one.user as { profile: object }, first]) {
      expect(user?.profile).toHaveProperty("real_name", "alice");
      if (email) expect(user?.profile).toHaveProperty("email", email);
      else expect(user?.profile).not.toHaveProperty("email");
    }
  });
});

describe("a token that was revoked for good", () => {
  test("is refused by every method until it is given back; nothing reaches the app, and its command is gone", async () => {
    const slack = await start();
    const { workspace, acts, sockets } = slack;
    workspace.tokenRevoked = true;
    for (const method of ["auth.test", "chat.postMessage", "users.info", "chat.nothing"])
      expect((await call(slack, method, { channel: "C0ONCALL", text: "t" })).json).toEqual({
        ok: false,
        error: "token_revoked",
      });
    // The app's own token is not the bot's.
    expect((await call(slack, "apps.connections.open", {}, slack.appToken)).json.ok).toBe(true);
    acts.type("U0ALICE", "C0ONCALL", "/agents status");
    expect(workspace.messages.map(({ only, text }) => [only, text])).toEqual([
      ["U0ALICE", "`/agents` is not a valid command."],
    ]);
    acts.slash("U0ALICE", "C0ONCALL", "status");
    expect(sockets.waiting()).toBe(0);
    workspace.tokenRevoked = false;
    expect((await call(slack, "auth.test", {})).json.ok).toBe(true);
    acts.type("U0ALICE", "C0ONCALL", "/agents status");
    expect(sockets.waiting()).toBe(1);
  });

  test("can be switched over HTTP too", async () => {
    const slack = await start();
    const revoke = (revoked: boolean) =>
      fetch(`${slack.url}/_standin/revoke`, { method: "POST", body: JSON.stringify({ revoked }) });
    await revoke(true);
    expect((await call(slack, "auth.test", {})).json.error).toBe("token_revoked");
    await revoke(false);
    expect((await call(slack, "auth.test", {})).json.ok).toBe(true);
  });
});
