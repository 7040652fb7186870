import { WebClient } from "@slack/web-api";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readManifest } from "../../playground/slack/manifest.ts";
import { calledMethods } from "../support/called-methods.ts";
import { OTHERS } from "../support/workspace.ts";
import { callEverything, type Place } from "./emulate/call-everything.ts";
import { type ApiCall, type Emulate, startEmulate } from "./emulate/start-emulate.ts";

const { scopes } = readManifest(new URL("../../manifest.yml", import.meta.url));
const APP = { bot_id: "B0DRYDOCK", app_id: "A0DRYDOCK" };
const ALL = "xoxb-all";
const without = (scope: string) => `xoxb-without-${scope}`;
/** More people than Drydock looks at one by one, so that it lists them too. */
const PEOPLE = ["drydock", ...Array.from({ length: 65 }, (_, i) => `person-${i}`)];

/** Scopes that no method of the Web API asks for: they are for what comes from Slack. */
const INCOMING = ["commands", "app_mentions:read"];
/** Not missing_scope, but no address in the answer. */
const EMAIL = "users:read.email";
/** Scopes of methods that emulate does not know, so that it cannot miss them. */
const UNKNOWN = { scopes: ["usergroups:read"], methods: ["usergroups.users.list"] };
const METHOD_SCOPES = scopes.filter((scope) => ![...INCOMING, EMAIL, ...UNKNOWN.scopes].includes(scope));

let emulate: Emulate;
let place: Place;

beforeAll(async () => {
  emulate = await startEmulate(OTHERS ?? "", {
    strict_scopes: true,
    users: PEOPLE.map((name) => ({ name, email: `${name}@example.com` })),
    channels: [{ name: "public-one" }, { name: "private-one", is_private: true }],
    tokens: [
      { token: ALL, user: "drydock", scopes, ...APP },
      ...scopes.map((scope) => ({
        token: without(scope),
        user: "drydock",
        scopes: scopes.filter((other) => other !== scope),
        ...APP,
      })),
    ],
  });
  const client = new WebClient(ALL, { slackApiUrl: emulate.apiUrl });
  const { channels = [] } = await client.conversations.list({ types: "public_channel,private_channel" });
  const { members = [] } = await client.users.list({});
  const ours = channels.filter(({ name }) => name?.endsWith("-one"));
  expect(ours.map((channel) => channel.is_private).sort()).toEqual([false, true]);
  place = {
    person: String(members.find(({ name }) => name === "person-0")?.id),
    channels: await Promise.all(
      ours.map(async ({ id = "" }) => ({
        id,
        ts: String((await client.chat.postMessage({ channel: id, text: "card" })).ts),
      })),
    ),
  };
});
afterAll(() => emulate.stop());
beforeEach(() => void emulate.calls.splice(0));

test("every method that Drydock calls gets what it wants with exactly the scopes of the manifest", async ({ task }) => {
  const { person } = await callEverything(emulate, ALL, place);

  const called = new Set(emulate.calls.map(({ method }) => method));
  const inSource = calledMethods().flatMap((method) =>
    method === "filesUploadV2" ? ["files.getUploadURLExternal", "files.completeUploadExternal"] : [method],
  );
  // The SDK and doctor call it with the app's own token, which has no scopes in emulate.
  expect(inSource.filter((method) => !called.has(method))).toEqual(["apps.connections.open"]);
  expect(emulate.calls.filter(({ known, ok }) => known && !ok)).toEqual([]);
  expect(person?.email).toBe("person-0@example.com");

  const unknown = [...new Set(emulate.calls.filter(({ known }) => !known).map(({ method }) => method))];
  expect(unknown).toEqual(UNKNOWN.methods);
  task.meta.notJudged = [
    `methods that Drydock calls and emulate does not know: ${unknown.join(", ")} (and so the scopes ${UNKNOWN.scopes.join(", ")})`,
    "apps.connections.open: it is called with the app's own token, which has no scopes in emulate",
    `scopes for what comes from Slack, which emulate does not send: ${INCOMING.join(", ")}`,
  ];
});

test.each(METHOD_SCOPES)("without %s it answers missing_scope", async (scope) => {
  await callEverything(emulate, without(scope), place);
  const missing = emulate.calls.filter(({ error }) => error === "missing_scope");
  expect(missing.length).toBeGreaterThan(0);
  expect(missing.filter((call: ApiCall) => call.needed !== scope)).toEqual([]);
});

test(`without ${EMAIL} it tells no address`, async () => {
  const { person } = await callEverything(emulate, without(EMAIL), place);
  expect([person?.id, person?.email]).toEqual([place.person, undefined]);
});
