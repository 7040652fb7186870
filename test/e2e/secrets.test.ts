import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { test as base } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { findSecrets, type Place } from "../support/find-secrets.ts";
import { change, TOKENS, withTokens } from "../support/own-tokens.ts";
import { until } from "../support/time.ts";

const PEOPLE = ["ownTokens: true", "mapping: {U0ALICE: {prod: alice}, U0BOB: {prod: bob}}"];

/** `test` with what keeps everything that anybody is shown in a workspace: messages, what they were before, and modals. */
const test = base.extend<{ keepShown: (trial: E2e) => Set<string> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that are used from this pattern.
  keepShown: async ({}, use) => {
    const ends: (() => void)[] = [];
    await use((trial) => {
      const shown = new Set<string>();
      const { workspace, standin } = trial.slack;
      const look = () => {
        for (const one of [...workspace.messages, ...workspace.views.values()]) shown.add(JSON.stringify(one));
      };
      // A workspace by others does not say that something has happened.
      const timer = standin ? undefined : setInterval(look, 10);
      ends.push(standin?.workspace.on(look) ?? (() => clearInterval(timer)));
      return shown;
    });
    for (const end of ends) end();
  },
});

/** Says the command and fills the token into its form. */
async function link(trial: E2e, person: string, token: string): Promise<void> {
  await trial.form(person, () => trial.say(person, "link"));
  await trial.submit(person, { token }, "secret");
}

/** The program's arguments and environment as anybody on its machine could list them; empty where the system has no such list. */
function processPlaces(trial: E2e): readonly Place[] {
  const read = (what: string) => {
    try {
      return readFileSync(`/proc/${trial.pid()}/${what}`);
    } catch {
      return Buffer.alloc(0);
    }
  };
  return [
    ["the arguments", read("cmdline")],
    ["the environment", read("environ")],
  ];
}

function filePlaces(trial: E2e): readonly Place[] {
  // A socket keeps nothing.
  const files = readdirSync(trial.directory, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }): Place => [name, readFileSync(join(trial.directory, name))]);
}

base("the key that Drydock made for its ledger is not taken as a reason", async ({ start }) => {
  const trial = await start({ deploy: { agents: [{ name: "web-1" }] } });
  const key = readFileSync(join(trial.directory, "drydock.db.key"), "utf8").trim();
  trial.say("U0ALICE", `freeze prod "${key}"`);
  expect(await trial.told("U0ALICE", "error.typed-secret")).toContain("A word of 64 characters");
});

for (const [way, http] of [
  ["a socket, with a restart in the middle", false],
  ["HTTP", true],
] as const)
  test(`two people's tokens over ${way}, from link to end, with what goes wrong on the way: no secret is anywhere`, async ({
    start,
    keepShown,
  }) => {
    const directory = withTokens();
    const oldKey = randomBytes(32);
    const newKey = randomBytes(32);
    const env: Record<string, string> = { LOG_LEVEL: "debug", DRYDOCK_TOKEN_KEY: oldKey.toString("hex") };
    const agents = ["web-1", "web-2", "web-3", "app-1", "app-2", "app-3"].map((name) => ({ name }));
    const trial = await start.program({
      deploy: { agents: [...agents, { name: "bad-1", fault: "refused" as const }], directory, scale: 300 },
      people: PEOPLE,
      http,
      env,
    });
    const shown = keepShown(trial);
    const processes: Place[] = [];
    const { fleet } = trial.deploy;
    const usersOf = (prefix: string) =>
      fleet.triggers.filter(({ agent }) => fleet.find(agent)?.name.startsWith(prefix)).map(({ user }) => user);

    // What is no token is told in the form; what is no token of theirs, and one that the server does not know, privately.
    const wrong = "wrong-token-that-nobody-has-9";
    const spaced = "two-words of-a-secret";
    await link(trial, "U0ALICE", spaced);
    const form = await trial.modal("U0ALICE");
    await trial.until("an error in the form", () => form.errors.token, "U0ALICE");
    await trial.submit("U0ALICE", { token: wrong }, "secret");
    await trial.told("U0ALICE", "error.token-refused");
    await link(trial, "U0BOB", TOKENS.admin);
    await trial.told("U0BOB", "error.token-rights-differ");

    await link(trial, "U0ALICE", TOKENS.alice);
    await trial.told("U0ALICE", "linked");
    await link(trial, "U0BOB", JSON.stringify({ token: TOKENS.bob }));
    await trial.told("U0BOB", "linked");
    processes.push(...processPlaces(trial));

    await trial.startRollout("U0ALICE", "upgrade web-* bad-* --slots 1");
    await trial.startRollout("U0BOB", "upgrade app-* --slots 1");
    await until("both have begun", () => usersOf("web").length > 0 && usersOf("app").length > 0);

    if (!http) {
      // With another key: what the old one sealed goes on.
      await trial.killBot();
      env.DRYDOCK_TOKEN_KEY = newKey.toString("base64");
      env.DRYDOCK_TOKEN_KEY_OLD = oldKey.toString("hex");
      await trial.startBot();
      processes.push(...processPlaces(trial));
      expect(trial.log()).toContain("picked up upgrades that were in flight");
    }
    await trial.ended("prod-1");

    // Bob's is revoked while his rollout runs, or after it: the next who asks for it hears so.
    change(directory, "bob", { token: "bobs-revoked-token" });
    trial.say("U0BOB", "whoami");
    expect(await trial.told("U0BOB", "whoami")).toContain("(401)");
    trial.say("U0ALICE", "whoami");
    expect(await trial.told("U0ALICE", "whoami")).not.toContain("(401)");
    trial.say("U0ALICE", "unlink prod");
    await trial.told("U0ALICE", "unlinked");

    expect(new Set(usersOf("web"))).toEqual(new Set(["alice"]));
    expect(new Set(usersOf("app"))).toEqual(new Set(["bob"]));
    expect(trial.events("person.U0ALICE").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["token.linked", "token.unlinked"]),
    );
    const files = filePlaces(trial);
    expect(await trial.endBot()).toBe(0);

    const ours = {
      "alice's token": TOKENS.alice,
      "bob's token": TOKENS.bob,
      "the administrator's token": TOKENS.admin,
      "the wrong token": wrong,
      "the token with a space": spaced,
    };
    const given = {
      "the old key": oldKey,
      "the new key": newKey,
      "the server's password": trial.deploy.password,
      "Slack's bot token": trial.slack.botToken,
      "Slack's app token": trial.slack.appToken,
      "Slack's signing secret": trial.slack.signingSecret,
    };
    const places: readonly Place[] = [
      ...files,
      ...filePlaces(trial).map(([name, content]): Place => [`${name} at the end`, content]),
      ["the log", trial.log()],
      ["the workspace", [...shown].join("\n")],
    ];
    expect(files.map(([name]) => name)).toEqual(
      expect.arrayContaining(["drydock.db", "drydock.db-wal", "drydock.db.tokens"]),
    );
    expect([...shown].join("\n")).toContain("drydock:secret:token");
    expect(findSecrets({ ...ours, ...given }, places)).toEqual([]);
    expect(
      findSecrets(
        { ...ours, ...given },
        processes.filter(([name]) => name === "the arguments"),
      ),
    ).toEqual([]);
    // What the environment is given is in it; people's own tokens never are.
    expect(findSecrets(ours, processes)).toEqual([]);
  });

test("what is looked for would be found, in whatever form", () => {
  const secret = "alices-own-token-1";
  const basic = Buffer.from(`PasswordIsAuthToken:{"token":"${secret}"}`).toString("base64");
  const forms = [secret, basic, Buffer.from(`x${secret}`).toString("base64url"), Buffer.from(secret).toString("hex")];
  for (const form of forms) expect(findSecrets({ it: secret }, [["there", `… ${form} …`]])).toEqual(["it in there"]);
  expect(findSecrets({ it: secret }, [["there", "alices-own-tokem-1"]])).toEqual([]);
});

test("a token that is revoked while it carries a rollout pauses it: its owner is told, and nothing goes on with Drydock's account unasked", async ({
  start,
}) => {
  const directory = withTokens();
  const trial = await start({
    deploy: { agents: Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` })), directory },
    people: PEOPLE,
    env: { DRYDOCK_TOKEN_KEY: randomBytes(32).toString("base64") },
  });
  await link(trial, "U0ALICE", TOKENS.alice);
  await trial.told("U0ALICE", "linked");
  await trial.startRollout("U0ALICE", "upgrade-required --slots 1");
  const { fleet } = trial.deploy;
  await until("the first trigger", () => fleet.triggers.length === 1);
  change(directory, "alice", { token: "revoked-since" });
  await trial.event("rollout.prod-1", "rollout.paused");
  await trial.event("person.U0ALICE", "token.failed");
  trial.say("U0ALICE", "resume");
  await trial.told("U0ALICE", "error.token-failed");
  expect(fleet.triggers.map(({ user }) => user)).toEqual(["alice"]);
  trial.say("U0ALICE", "unlink");
  await trial.told("U0ALICE", "unlinked");
  trial.say("U0ALICE", "resume");
  await trial.told("U0ALICE", "resumed");
  expect(new Set(Object.values(await trial.ended("prod-1")))).toEqual(new Set(["verified"]));
  expect(fleet.triggers.map(({ user }) => user)).toEqual(["alice", "drydock", "drydock", "drydock"]);
  const asked = trial.events().filter(({ type }) => type === "upgrade.intended");
  expect(asked.map(({ data }) => data.account)).toEqual(["owner", "drydock", "drydock", "drydock"]);
});

test("where own tokens are off, or there is no key for them, that is said", async ({ start }) => {
  const off = await start({ deploy: { agents: [{ name: "web-1" }] } });
  off.say("U0ALICE", "link");
  expect(await off.told("U0ALICE", "error.own-tokens-off")).toContain("people.ownTokens");
  const keyless = await start.ready({ deploy: { agents: [{ name: "web-1" }] }, people: PEOPLE });
  await expect(keyless.startBot()).rejects.toThrow("DRYDOCK_TOKEN_KEY");
});
