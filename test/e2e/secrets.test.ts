import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { factsOf, modalOf } from "../support/approvals.ts";
import { findSecrets, type Place } from "../support/find-secrets.ts";
import { change, TOKENS, withTokens } from "../support/own-tokens.ts";
import {
  messages,
  renderText,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
  told,
  until,
} from "../support/trial.ts";

let trial: Trial;
let record: NodeJS.Timeout | undefined;
afterEach(() => {
  clearInterval(record);
  return trial?.stop();
});

const PEOPLE = ["ownTokens: true", "mapping: {U0ALICE: {prod: alice}, U0BOB: {prod: bob}}"];

/** Everything that anybody is shown in the workspace, as it is shown: messages, what they were before, and modals. */
function keepShown(): Set<string> {
  const shown = new Set<string>();
  record = setInterval(() => {
    const { messages: all, views } = trial.slack.workspace;
    for (const one of [...all, ...views.values()]) shown.add(JSON.stringify(one));
  }, 10);
  return shown;
}

/** Fills the token into the form that is open. */
function fillIn(view: { readonly id: string }, value: string): void {
  const values = { token: { "drydock:secret:token": { type: "plain_text_input", value } } };
  trial.slack.acts.endView(view.id, "view_submission", values);
}

async function link(person: string, token: string) {
  const before = new Set(trial.slack.workspace.views.keys());
  trial.slack.acts.slash(person, "C0ONCALL", "link");
  const view = await until(`a form for ${person}`, () =>
    [...trial.slack.workspace.views.values()].find((one) => one.person === person && !before.has(one.id)),
  );
  fillIn(view, token);
}

/** The program's arguments and environment as anybody on its machine could list them; empty where the system has no such list. */
function processPlaces(): readonly Place[] {
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

function filePlaces(): readonly Place[] {
  return readdirSync(trial.directory).map((name): Place => [name, readFileSync(join(trial.directory, name))]);
}

test.each([
  ["a socket", false],
  ["HTTP", true],
])(
  "two people's tokens over %s, from link to end, with what goes wrong on the way: no secret is anywhere",
  async (_way, http) => {
    const directory = withTokens();
    const oldKey = randomBytes(32);
    const newKey = randomBytes(32);
    const env: Record<string, string> = { LOG_LEVEL: "debug", DRYDOCK_TOKEN_KEY: oldKey.toString("hex") };
    const agents = ["web-1", "web-2", "web-3", "app-1", "app-2", "app-3"].map((name) => ({ name }));
    trial = await startCompiled({
      deploy: { agents: [...agents, { name: "bad-1", fault: "refused" as const }], directory, scale: 300 },
      people: PEOPLE,
      http,
      env,
    });
    const shown = keepShown();
    const processes: Place[] = [];
    await trial.startBot();
    const { fleet } = trial.deploy;
    const usersOf = (prefix: string) =>
      fleet.triggers.filter(({ agent }) => fleet.find(agent)?.name.startsWith(prefix)).map(({ user }) => user);

    // What is no token is told in the form; what is no token of theirs, and one that the server does not know, privately.
    const wrong = "wrong-token-that-nobody-has-9";
    const spaced = "two-words of-a-secret";
    await link("U0ALICE", spaced);
    await until("an error in the form", async () => (await modalOf(trial, "U0ALICE")).errors.token);
    fillIn(await modalOf(trial, "U0ALICE"), wrong);
    await told(trial, "U0ALICE", "prod does not take this token (401)");
    await link("U0BOB", TOKENS.admin);
    await told(trial, "U0BOB", "This token does not show the rights that bob has");

    await link("U0ALICE", TOKENS.alice);
    await told(trial, "U0ALICE", "Linked: from now on your upgrades on");
    await link("U0BOB", JSON.stringify({ token: TOKENS.bob }));
    await told(trial, "U0BOB", "Linked: from now on your upgrades on");
    processes.push(...processPlaces());

    await startRollout(trial, "U0ALICE", "upgrade web-* bad-* --slots 1");
    await startRollout(trial, "U0BOB", "upgrade app-* --slots 1");
    await until("both have begun", () => usersOf("web").length > 0 && usersOf("app").length > 0);

    // A restart in the middle, with another key: what the old one sealed goes on.
    await trial.killBot();
    env.DRYDOCK_TOKEN_KEY = newKey.toString("base64");
    env.DRYDOCK_TOKEN_KEY_OLD = oldKey.toString("hex");
    await trial.startBot();
    processes.push(...processPlaces());
    await threaded(trial, "prod-1 is finished", 60_000);

    // Bob's is revoked while his rollout runs, or after it: the next who asks for it hears so.
    change(directory, "bob", { token: "bobs-revoked-token" });
    trial.slack.acts.slash("U0BOB", "C0ONCALL", "whoami");
    await told(trial, "U0BOB", "prod does not take it (401): it has expired or was revoked");
    trial.slack.acts.slash("U0ALICE", "C0ONCALL", "whoami");
    await told(trial, "U0ALICE", "Your upgrades there are asked for with your own token. It is known by its rights.");
    trial.slack.acts.slash("U0ALICE", "C0ONCALL", "unlink prod");
    await told(trial, "U0ALICE", "Destroyed: your own token for `prod`");

    expect(new Set(usersOf("web"))).toEqual(new Set(["alice"]));
    expect(new Set(usersOf("app"))).toEqual(new Set(["bob"]));
    expect(factsOf(trial, "person.U0ALICE").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["token.linked", "token.unlinked"]),
    );
    const files = filePlaces();
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
      ...filePlaces().map(([name, content]): Place => [`${name} at the end`, content]),
      ["the log", trial.log()],
      ["the workspace", [...shown].join("\n")],
    ];
    expect(files.map(([name]) => name)).toEqual(
      expect.arrayContaining(["drydock.db", "drydock.db-wal", "drydock.db.tokens"]),
    );
    expect(trial.log()).toContain("picked up upgrades that were in flight");
    expect([...shown].join("\n")).toContain("Link your own token");
    expect(findSecrets({ ...ours, ...given }, places)).toEqual([]);
    expect(
      findSecrets(
        { ...ours, ...given },
        processes.filter(([name]) => name === "the arguments"),
      ),
    ).toEqual([]);
    // What the environment is given is in it; people's own tokens never are.
    expect(findSecrets(ours, processes)).toEqual([]);
  },
);

test("what is looked for would be found, in whatever form", () => {
  const secret = "alices-own-token-1";
  const basic = Buffer.from(`PasswordIsAuthToken:{"token":"${secret}"}`).toString("base64");
  const forms = [secret, basic, Buffer.from(`x${secret}`).toString("base64url"), Buffer.from(secret).toString("hex")];
  for (const form of forms) expect(findSecrets({ it: secret }, [["there", `… ${form} …`]])).toEqual(["it in there"]);
  expect(findSecrets({ it: secret }, [["there", "alices-own-tokem-1"]])).toEqual([]);
});

test("a token that is revoked while it carries a rollout pauses it: its owner is told, and nothing goes on with Drydock's account unasked", async () => {
  const directory = withTokens();
  trial = await startCompiled({
    deploy: { agents: Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` })), directory, scale: 200 },
    people: PEOPLE,
    env: { DRYDOCK_TOKEN_KEY: randomBytes(32).toString("base64") },
  });
  await trial.startBot();
  await link("U0ALICE", TOKENS.alice);
  await told(trial, "U0ALICE", "Linked");
  await startRollout(trial, "U0ALICE", "upgrade-required --slots 1");
  const { fleet } = trial.deploy;
  await until("the first trigger", () => fleet.triggers.length === 1);
  change(directory, "alice", { token: "revoked-since" });
  await threaded(trial, "Its owner's own token for prod is of no use any more");
  await told(trial, "U0ALICE", "Your own token for prod is of no use any more");
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "resume");
  await until(
    "told again that it cannot go on like this",
    () =>
      messages(trial, ({ only }, shown) => only === "U0ALICE" && shown.includes("say /agents unlink prod")).length >= 2,
  );
  expect(fleet.triggers.map(({ user }) => user)).toEqual(["alice"]);
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "unlink");
  await told(trial, "U0ALICE", "Drydock's own account asks for your upgrades from now on.");
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "resume");
  await told(trial, "U0ALICE", "prod-1 goes on, with your rights: it is yours now.");
  expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("4 of 4 upgraded");
  expect(fleet.triggers.map(({ user }) => user)).toEqual(["alice", "drydock", "drydock", "drydock"]);
});

test("where own tokens are off, or there is no key for them, that is said", async () => {
  trial = await startCompiled({ deploy: { agents: [{ name: "web-1" }] } });
  await trial.startBot();
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "link");
  expect(renderText(await told(trial, "U0ALICE", "switched off here"))).toContain("people.ownTokens");
  await trial.stop();
  trial = await startCompiled({ deploy: { agents: [{ name: "web-1" }] }, people: PEOPLE });
  await expect(trial.startBot()).rejects.toThrow(/DRYDOCK_TOKEN_KEY: missing, and people\.ownTokens is on/);
});
