import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { configuredSecrets } from "../../src/config/configured-secrets.ts";
import { settingPaths } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/config/problem.ts";
import { DEFAULT_GATES } from "../../src/model/policy.ts";
import { DEFAULT_RELAYS } from "../../src/model/relay/settings.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ENV = { SLACK_BOT_TOKEN: "xoxb-secret-1", SLACK_APP_TOKEN: "xapp-secret-2", DRYDOCK_PROD_TOKEN: "secret-3" };
const LEAST = "servers:\n  prod:\n    url: https://ucd.corp.test:8443\n    approvals: 0\n";

function load(yaml: string, env: Record<string, string | undefined> = ENV) {
  const file = join(directory, "drydock.yml");
  writeFileSync(file, yaml);
  return loadConfig({ file, env });
}

/** A server that upgrades, with these lines; what begins with `people` goes beside it. */
function live(...lines: readonly string[]): string {
  const own = lines.filter((line) => !line.startsWith("people"));
  const people = lines.find((line) => line.startsWith("people")) ?? "people: {emailDomains: [corp.test]}";
  const server = ["url: https://ucd.corp.test:8443", "mode: live", ...own].map((line) => `    ${line}\n`);
  return `servers:\n  prod:\n${server.join("")}${people}\n`;
}

function problems(yaml: string, env: Record<string, string | undefined> = ENV): string {
  try {
    load(yaml, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "no problem";
}

describe("emergencies", () => {
  test("want somebody who is told, and somebody who can look at them afterwards", () => {
    const said = problems(live("approvals: 0", "emergency: true"));
    expect(said).toContain("no one would hear of an emergency: expected slack.operationsChannel");
    expect(said).toContain("no one could review an emergency afterwards: expected approvers");
    expect(
      load(
        `${live("approvals: 1", "approvers: {people: [U0BOB]}", "emergency: true")}slack: {operationsChannel: C0OPS}\n`,
      ).servers[0]?.policy.emergency,
    ).toBe(true);
  });
});

describe("a configuration that is right", () => {
  test("may end its lines as other systems do, with a mark of its encoding before them", () => {
    for (const end of ["\r\n", "\r"]) expect(load(`\ufeff${LEAST}\n`.replaceAll("\n", end))).toEqual(load(LEAST));
  });

  test("is filled with defaults and frozen all through", () => {
    const config = load(LEAST);
    const [server] = config.servers;
    expect(server).toMatchObject({
      name: "prod",
      policy: {
        mode: "observe",
        slots: 10,
        approvals: 0,
        required: ["View Agents", "Edit Basic Settings"],
        whereKnown: ["Upgrade Agents"],
      },
      deadlines: { notBack: 1_800_000 },
    });
    expect(Object.isFrozen(config) && Object.isFrozen(server?.deadlines) && Object.isFrozen(server?.policy.never)).toBe(
      true,
    );
  });

  test("has the rules as they are written", () => {
    const [server] = load(
      live(
        "approvals: {above: 50, count: 2}",
        "approvers: {people: [U0ALICE], usergroups: [S0PLATFORM], roles: [{role: Approver, team: Platform}]}",
        "approvalExpires: 10m",
        "windows: [{days: every day, from: '22:00', to: '24:00', zone: Europe/Berlin}]",
      ),
    ).servers;
    expect(server?.policy).toMatchObject({
      approvals: [{ above: 50, count: 2 }],
      approvers: { usergroupPermissions: ["View Agents", "Edit Basic Settings"] },
      approvalExpires: 600_000,
      approvalCovers: 86_400_000,
      selfApproval: false,
      windows: [{ from: 1_320, to: 1_440, zone: "Europe/Berlin" }],
      maxAgents: null,
    });
    expect(load(live("approvals: 0")).servers[0]?.policy.approvals).toBe(0);
    expect(load(LEAST.replace("    approvals: 0\n", "")).servers[0]?.policy.approvals).toBe(1);
  });

  test("is the example that ships", () => {
    const config = load(readFileSync("drydock.example.yml", "utf8"), {
      ...ENV,
      DRYDOCK_PROD_TOKEN: undefined,
      DRYDOCK_PROD_PASSWORD: "secret-3",
    });
    expect(config.servers[0]?.credentials).toMatchObject({
      kind: "basic",
      user: "drydock",
      variable: "DRYDOCK_PROD_PASSWORD",
    });
    expect(config.people.mapping.get("U0123456789")?.get("prod")).toEqual({ user: "jdoe" });
  });

  test("takes the names of the vendor's own client for a single server", () => {
    const config = load("servers:\n  prod:\n    approvals: 0\n", {
      ...ENV,
      DRYDOCK_PROD_TOKEN: undefined,
      DS_WEB_URL: "https://other.example.com",
      DS_AUTH_TOKEN: "secret-3",
    });
    expect(config.servers[0]).toMatchObject({
      url: "https://other.example.com",
      credentials: { kind: "token", variable: "DS_AUTH_TOKEN" },
    });
  });

  test("takes a server's own credentials, also beside others under the vendor's names", () => {
    const account = { DS_USERNAME: "me", DS_PASSWORD: "secret-4" };
    const withToken = load(LEAST, { ...ENV, ...account });
    expect(withToken.servers[0]?.credentials).toMatchObject({ kind: "token", variable: "DRYDOCK_PROD_TOKEN" });
    const own = { DRYDOCK_PROD_TOKEN: undefined, DRYDOCK_PROD_PASSWORD: "secret-5", DS_AUTH_TOKEN: "secret-6" };
    const withPassword = load(LEAST, { ...ENV, ...account, ...own });
    expect(withPassword.servers[0]?.credentials).toMatchObject({ user: "me", variable: "DRYDOCK_PROD_PASSWORD" });
    const named = `${LEAST}    username: drydock\n`;
    expect(load(named, { ...ENV, ...account, ...own }).servers[0]?.credentials).toMatchObject({ user: "drydock" });
    const vendors = { ...ENV, ...account, DRYDOCK_PROD_TOKEN: undefined };
    expect(load(named, vendors).servers[0]?.credentials).toMatchObject({ user: "me", variable: "DS_PASSWORD" });
  });

  test("takes credentials without the line break of the file that they were made from", () => {
    const token = load(LEAST, { ...ENV, DRYDOCK_PROD_TOKEN: "secret-3\n" });
    expect(configuredSecrets(token).map((secret) => secret.reveal())).toContain("secret-3");
    const own = { DRYDOCK_PROD_TOKEN: "\n", DRYDOCK_PROD_USERNAME: "me\n", DRYDOCK_PROD_PASSWORD: " secret 5 \r\n" };
    const password = load(LEAST, { ...ENV, ...own });
    expect(password.servers[0]?.credentials).toMatchObject({ kind: "basic", user: "me" });
    expect(configuredSecrets(password).map((secret) => secret.reveal())).toContain(" secret 5 ");
  });

  test("warns of credentials in clear", () => {
    expect(load(LEAST.replace("https", "http")).warnings[0]).toContain("credentials cross the network unencrypted");
    expect(load(LEAST.replace("https://ucd.corp.test:8443", "http://127.0.0.1:8080")).warnings).toEqual([]);
  });

  test("speaks TLS 1.2 or later; older only where it is allowed for that server, and then it warns", () => {
    const minTls = (...lines: readonly string[]) => load(live("approvals: 0", ...lines)).servers[0]?.minTls;
    expect(minTls()).toBe("TLSv1.2");
    expect(minTls("tls: {minVersion: TLSv1.3}")).toBe("TLSv1.3");
    expect(load(live("approvals: 0", "tls: {minVersion: TLSv1.3}")).warnings).toEqual([]);
    const old = load(live("approvals: 0", "tls: {minVersion: TLSv1}"));
    expect(old.warnings).toEqual([expect.stringContaining("prod may use TLS 1.0, which is broken")]);
    expect(old.servers[0]?.warnings).toEqual(old.warnings);
  });

  test("has no setting that switches the check of certificates off", () => {
    const names = settingPaths().flatMap((path) => path.at(-1) ?? []);
    expect(names.filter((name) => /insecure|unauthorized|verify|check|skip|selfSigned/i.test(name))).toEqual([]);
  });

  test("does not show its secrets", () => {
    const config = load(LEAST, { ...ENV, DRYDOCK_LEDGER_KEY: `secret-4${"k".repeat(32)}` });
    const shown =
      JSON.stringify(config) + inspect(config, { depth: 9, showHidden: true }) + String(config.slack.botToken);
    expect(shown).not.toMatch(/secret-\d/);
    expect(config.slack.botToken.reveal()).toBe("xoxb-secret-1");
  });
});

describe("a configuration that is wrong", () => {
  test.each([
    [
      "approvals that are none",
      LEAST.replace("approvals: 0", "approvals: 3"),
      "drydock.yml:4, servers.prod.approvals: expected 0, 1 or 2, e.g. approvals: 1. Or by size",
    ],
    [
      "a version that is none",
      `${LEAST}    guide: {sslv3Below: 6.x}\n`,
      'servers.prod.guide.sslv3Below: expected a version in quotes, e.g. sslv3Below: "6.0"',
    ],
    [
      "a size without a count",
      LEAST.replace("approvals: 0", "approvals: {above: 50}"),
      "servers.prod.approvals.count: missing: expected 1 or 2",
    ],
    [
      "approvals left out, and nobody who may give one",
      LEAST.replace("approvals: 0", "mode: live"),
      "servers.prod.approvers: a rollout needs 1 approval, and no one may approve",
    ],
    [
      "two approvals and one approver",
      live("approvals: 2", "approvers: {people: [U0ALICE]}"),
      "servers.prod.approvers.people: a rollout needs 2 approvals, but only 1 of the 1 listed people have a user of their own on the server",
    ],
    [
      "two approvers who are one user of the server",
      live(
        "approvals: 2",
        "approvers: {people: [U0ALICE, U0BOB]}",
        "people: {mapping: {U0ALICE: {prod: jdoe}, U0BOB: {prod: jdoe}, U0CAROL: {prod: carol}}}",
      ),
      "only 1 of the 2 listed people have a user of their own on the server",
    ],
    [
      "an approver whom nobody else could ask",
      live("approvals: 1", "approvers: {people: [U0ALICE]}", "people: {mapping: {U0ALICE: {prod: jdoe}}}"),
      "a rollout needs 1 approval by other people than the one who asks, but people.mapping names only 1 user of the server",
    ],
    [
      "an approver who is nobody on the server",
      live("approvals: 1", "approvers: {people: [U0ELSE]}", "people: {mapping: {U0A1: {prod: a}, U0B1: {prod: b}}}"),
      "only 0 of the 1 listed people have a user of their own on the server",
    ],
    [
      "a usergroup that needs no right",
      live("approvers: {usergroups: [S0PLATFORM], usergroupPermissions: []}"),
      "expected at least one permission: others may edit a usergroup",
    ],
    [
      "more canaries than agents",
      live("approvals: 0", "maxAgents: 5", "canaryMin: 6"),
      "a rollout of at most 5 agents cannot have 6 canaries",
    ],
    [
      "a breaker without a number",
      live("approvals: 0", "breaker: {cause: {count: 0}}"),
      "expected a number of agents, or off",
    ],
    [
      "a relay's minimum as a number",
      live("approvals: 0", "relays: {minimum: 7.10}"),
      "expected a version, e.g. minimum",
    ],
    ["a relay's minimum that is none", live("approvals: 0", 'relays: {minimum: "newest"}'), "expected a version"],
    ["too many retries", live("approvals: 0", "retryPauses: [1m, 1m, 1m, 1m]"), "expected three at most"],
    [
      "a link without an agent",
      live("approvals: 0", "links: {agent: 'https://ucd.corp.test/'}"),
      "expected a URL with {id}",
    ],
    [
      "a link to where an agent says",
      live("approvals: 0", "links: {logs: 'https://{name}.corp.test/'}"),
      "expected a URL with {id}",
    ],
    [
      "an unknown placeholder",
      live("approvals: 0", "links: {logs: 'https://l.corp.test/{host}{id}'}"),
      "expected a URL with {id}",
    ],
    ["no windows", live("approvals: 0", "windows: []"), "an empty list of windows would allow no upgrade at all"],
    [
      "a window that is empty",
      live("approvals: 0", "windows: [{days: [sat], from: '22:00', to: '22:00', zone: UTC}]"),
      "servers.prod.windows.0: this window is empty, so Drydock could never start an upgrade in it",
    ],
    [
      "a zone that there is not",
      live("approvals: 0", "windows: [{days: [sat], from: '22:00', to: '23:00', zone: Europe/Atlantis}]"),
      "servers.prod.windows.0.zone: expected a time zone that this machine knows",
    ],
    [
      "an hour that there is not",
      live("approvals: 0", "windows: [{days: [sat], from: '25:00', to: '23:00', zone: UTC}]"),
      "servers.prod.windows.0.from: expected a time of day",
    ],
    [
      "more than ten slots",
      `${LEAST}    slots: 11\n`,
      "drydock.yml:5, servers.prod.slots: expected 10 at most: the vendor advises no more than 10",
    ],
    ["no slots", `${LEAST}    slots: 0\n`, "expected a whole number from 1 to 10"],
    ["a mode that is none", `${LEAST}    mode: test\n`, "expected observe (Drydock only makes plans) or live"],
    [
      "a duration that is none",
      `${LEAST}    deadlines: {notBack: soon}\n`,
      'servers.prod.deadlines.notBack: expected a duration between 1ms and 24d, e.g. 30s, 5m or 2h, not "soon"',
    ],
    ["a duration that is too long", `${LEAST}    deadlines: {notBack: 25d}\n`, "between 1ms and 24d"],
    [
      "a rule without a reason",
      `${LEAST}    never: [{glob: db-*}]\n`,
      "servers.prod.never.0.reason: missing: expected a reason",
    ],
    [
      "a rule for no versions",
      `${LEAST}    never: [{version: old, reason: x}]\n`,
      "expected a range of versions, e.g. '<5.0'",
    ],
    ["a TLS that is none", `${LEAST}    tls: {minVersion: SSLv3}\n`, "expected the oldest TLS for this server: TLSv1"],
    [
      "certificates unchecked",
      `${LEAST}    tls: {rejectUnauthorized: false}\n`,
      'there is no setting "rejectUnauthorized"',
    ],
    [
      "a system that is none",
      `${LEAST}    unsupportedPlatforms: {os: z/OS}\n`,
      "expected the operating systems whose agents Drydock leaves out",
    ],
    [
      "a key that nobody knows",
      `${LEAST}    slot: 3\n`,
      'drydock.yml:5, servers.prod.slot: there is no setting "slot" here. Did you mean slots?',
    ],
    [
      "a secret in the file",
      `${LEAST}    password: secret-9\n`,
      "drydock.yml:5, servers.prod.password: secrets do not belong in this file",
    ],
    [
      "a secret of Slack in the file",
      `slack: {signingSecret: secret-9}\n${LEAST}`,
      "Put them into the environment, e.g. SLACK_SIGNING_SECRET",
    ],
    ["no step of approvals", LEAST.replace("approvals: 0", "approvals: []"), "approvals: expected 0, 1 or 2, e.g."],
    ["a URL with a port that is none", LEAST.replace("8443", "84430"), "expected a URL with a host, and a port up to"],
    ["a blank user name", `${LEAST}    username: " "\n`, "username: expected a user name, e.g. drydock"],
    [
      "a blank reason",
      `${LEAST}    never: [{glob: db-*, reason: "\\t"}]\n`,
      "never.0.reason: expected a reason, e.g. upgraded by the vendor",
    ],
    [
      "a mistake after lines that a lone CR ends",
      `${LEAST}    slots: 99\n`.replaceAll("\n", "\r"),
      "drydock.yml:5, servers.prod.slots: expected 10 at most",
    ],
    ["a URL that is none", LEAST.replace("https://ucd.corp.test:8443", "deploy"), "expected a URL"],
    ["a URL with a password", LEAST.replace("https://", "https://me:secret-9@"), "without a user or a password"],
    ["no URL", LEAST.replace(/ {4}url.*\n/, ""), "servers.prod: url is missing"],
    [
      "a server's name that cannot be typed",
      LEAST.replace("prod", "Prod!"),
      "expected a server's name of lower-case letters",
    ],
    ["no servers", "servers: {}\n", "expected at least one server"],
    [
      "a channel's name instead of its id",
      `slack: {channels: ["#ops"]}\n${LEAST}`,
      "expected a channel's id, e.g. C0123456789",
    ],
    ["a person that is none", `people: {onCall: [alice]}\n${LEAST}`, "expected a person's Slack id"],
    [
      "a mapping for a server that is not there",
      `people: {mapping: {U0123: {test: jdoe}}}\n${LEAST}`,
      'there is no server "test": expected one of prod',
    ],
    [
      "a channel twice, of which only one entry takes guests",
      `slack: {channels: [C0OPS], operationsChannel: {id: C0OPS, guests: true}}\n${LEAST}`,
      "slack.operationsChannel: C0OPS is listed twice, and the entries differ",
    ],
    [
      "a CA file that is not there",
      `${LEAST}    caFile: ./nowhere.pem\n`,
      "nowhere.pem as a certificate: expected a PEM file",
    ],
    ["tabs", "servers:\n\tprod: {}\n", "drydock.yml:2: this line is indented with a tab"],
    ["a key twice", `${LEAST}    approvals: 0\n`, "approvals is written twice, on lines 4 and 5"],
    ["nothing", "", "These six lines are enough"],
    ["a list", "- a\n", "expected"],
  ])("%s", (_name, yaml, sentence) => {
    const said = problems(yaml);
    expect(said).toContain(sentence);
    expect(said).not.toContain("secret-9");
  });

  test("knows the passwords of its database, as they are and as the addresses have them", () => {
    const config = load(LEAST, {
      ...ENV,
      DATABASE_URL: "postgresql://drydock:first%20password@db.example.com/drydock",
      DATABASE_URL_DIRECT: "postgresql://drydock:the-other-one@db.example.com/drydock",
    });
    const known = configuredSecrets(config).map((secret) => secret.reveal());
    expect(known).toEqual(expect.arrayContaining(["first password", "first%20password", "the-other-one"]));
    const withoutPassword = load(LEAST, { ...ENV, DATABASE_URL: "postgresql:///drydock" });
    expect(configuredSecrets(withoutPassword).map((secret) => secret.reveal())).not.toContain("");
  });

  test.each([
    ["no bot token", { SLACK_BOT_TOKEN: undefined }, "environment, SLACK_BOT_TOKEN: missing"],
    [
      "a token of the wrong kind",
      { SLACK_APP_TOKEN: "xoxb-secret-9" },
      "environment, SLACK_APP_TOKEN: expected an app-level token with connections:write, which begins with xapp-",
    ],
    [
      "a token with more than itself",
      { SLACK_BOT_TOKEN: "xoxb-secret-8\nsecret-9" },
      "environment, SLACK_BOT_TOKEN: expected the bot's token alone, without spaces, line breaks or special characters",
    ],
    ["a short ledger key", { DRYDOCK_LEDGER_KEY: "secret-9" }, "expected at least 32 characters, not 8"],
    [
      "no credentials",
      { DRYDOCK_PROD_TOKEN: undefined },
      "there are no credentials for prod: expected a token, or a user and a password, e.g. DRYDOCK_PROD_TOKEN",
    ],
    [
      "only the address past the pooler",
      { DATABASE_URL_DIRECT: "postgresql://drydock:secret-9@db.example.com/drydock" },
      "environment, DATABASE_URL: missing, and DATABASE_URL_DIRECT needs it",
    ],
    [
      "a password without a user",
      { DRYDOCK_PROD_TOKEN: undefined, DRYDOCK_PROD_PASSWORD: "secret-9" },
      "a password, but no user",
    ],
    [
      "both a token and a password",
      { DRYDOCK_PROD_USERNAME: "me", DRYDOCK_PROD_PASSWORD: "secret-9" },
      "both a token and a password are set for prod (DRYDOCK_PROD_TOKEN and DRYDOCK_PROD_PASSWORD): expected one of the two",
    ],
    [
      "both under the vendor's names",
      { DRYDOCK_PROD_TOKEN: undefined, DS_AUTH_TOKEN: "secret-8", DS_PASSWORD: "secret-9" },
      "environment, DS_AUTH_TOKEN: both a token and a password are set for prod (DS_AUTH_TOKEN and DS_PASSWORD)",
    ],
    [
      "a placeholder under a vendor's name",
      { DRYDOCK_PROD_TOKEN: undefined, DS_USERNAME: "me", DS_PASSWORD: "…" },
      "environment, DS_PASSWORD: this is still the example's value",
    ],
  ])("%s", (_name, env, sentence) => {
    const said = problems(LEAST, { ...ENV, ...env });
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/secret-\d/);
  });

  test("is told of all its problems at once, and of a file that is not there", () => {
    const said = problems(`${LEAST}    slots: 99\n    mode: test\n`, { ...ENV, SLACK_BOT_TOKEN: undefined });
    expect(said).toContain("3 problems");
    expect(() => loadConfig({ file: join(directory, "nowhere.yml"), env: ENV })).toThrow("there is no such file");
  });

  test("is told that it is not in UTF-8", () => {
    const file = join(directory, "drydock.yml");
    writeFileSync(file, `\ufeff${LEAST}`, "utf16le");
    expect(() => loadConfig({ file, env: ENV })).toThrow("expected a text in UTF-8. Save the file again");
  });

  test("never ends in anything but a ConfigError, whatever the file says", () => {
    const words = fc.constantFrom(
      "servers:",
      "  prod:",
      "    url: x",
      "    approvals: 0",
      "slack: {",
      "&a",
      "*a",
      "? ",
      "people: []",
      "- ",
      "!!js x",
      "    never: 5",
      "people: {mapping: {U1: 5}}",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((lines) => lines.join("\n")),
        ),
        (yaml) => {
          expect(problems(yaml)).toBeTypeOf("string");
        },
      ),
    );
  });
});

test("kinds that upgrade in their own way: z/OS and its predecessor, others, or none", () => {
  const unsupportedPlatforms = (...lines: readonly string[]) =>
    load(live("approvals: 0", ...lines)).servers[0]?.policy.unsupportedPlatforms;
  expect(unsupportedPlatforms()).toEqual({ os: ["z/OS", "OS/390"] });
  expect(unsupportedPlatforms("unsupportedPlatforms: {os: [z/OS, AIX*]}")).toEqual({ os: ["z/OS", "AIX*"] });
  expect(unsupportedPlatforms("unsupportedPlatforms: {os: []}")).toEqual({ os: [] });
});

test("relays: as new as the server unless a minimum is set, and how long a turn may last", () => {
  const relays = (...lines: readonly string[]) => load(live("approvals: 0", ...lines)).servers[0]?.relays;
  expect(relays()).toEqual(DEFAULT_RELAYS);
  expect(relays('relays: {minimum: "7.2", begin: 5m}')).toEqual({
    minimum: "7.2",
    deadlines: { ...DEFAULT_RELAYS.deadlines, begin: 5 * 60_000 },
  });
});

test("the breaker: what is not said keeps its default, and each part can be off", () => {
  const breaker = (...lines: readonly string[]) => load(live("approvals: 0", ...lines)).servers[0]?.policy.breaker;
  const { total, cause, relay } = DEFAULT_GATES.breaker;
  expect(breaker()).toEqual({ total, cause, relay });
  expect(breaker("breaker: {total: {share: off, count: 50}, relay: off}")).toEqual({
    total: { count: 50, share: null, of: 10 },
    cause,
    relay: { count: null, share: null, of: 1 },
  });
  const never = { count: null, share: null, of: 1 };
  expect(breaker("breaker: off")).toEqual({ total: never, cause: never, relay: never });
});
