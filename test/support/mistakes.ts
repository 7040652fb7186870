import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_DIRECTORY, type Directory } from "../../playground/deploy/people.ts";
import { DEFAULT_CHANNELS } from "../../playground/slack/workspace.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { writeHint } from "../../src/adapters/sqlite/hint.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { systemClock } from "../../src/system.ts";
import { makeCertificate } from "./certificates.ts";
import { type Around, type Given, KEY } from "./clinic.ts";

/** One thing that is wrong around a Drydock that is sound otherwise, and what doctor says about it. */
export interface Mistake extends Given {
  readonly what: string;
  readonly code: string;
  readonly about: string;
  /** A part of the remedy. */
  readonly remedy: string;
  readonly level?: "warning";
}

const MINUTE = 60_000;
const swap = (from: string | RegExp, to: string) => (yaml: string) => yaml.replace(from, to);
const scopesBut = (...without: readonly string[]) => ({
  scopes: ["app_mentions:read", "channels:history", "groups:history", "im:history", "im:write", "channels:read"]
    .concat(["groups:read", "chat:write", "commands", "files:write", "usergroups:read", "users:read"])
    .concat(["users:read.email"])
    .filter((scope) => !without.includes(scope)),
});
const channel = (id: string, change: object) =>
  DEFAULT_CHANNELS.map((one) => (one.id === id ? { ...one, ...change } : one));
/** An account that may only view. */
const viewer: Directory = {
  ...DEFAULT_DIRECTORY,
  teams: DEFAULT_DIRECTORY.teams.map((team) => ({
    ...team,
    members: team.members.map((one) => (one.user === "u-drydock" ? { ...one, role: "r-viewer" } : one)),
  })),
};

export const OF_THE_CONFIGURATION: readonly Mistake[] = [
  {
    what: "a setting is misspelled",
    config: swap("approvals:", "aprovals:"),
    code: "configuration",
    about: "configuration",
    remedy: "Correct this first",
  },
  {
    what: "a secret is missing",
    env: { DRYDOCK_PROD_PASSWORD: "" },
    code: "configuration",
    about: "configuration",
    remedy: "Correct this first",
  },
  {
    what: "a certificate's file is missing",
    config: swap("    mode: live", "    mode: live\n    caFile: ./no-such-file.pem"),
    code: "configuration",
    about: "configuration",
    remedy: "Correct this first",
  },
  {
    what: "no one may approve",
    config: swap(/ {4}approvers:(\n {6}.*)+/, "    approvers: {}"),
    code: "configuration",
    about: "configuration",
    remedy: "Correct this first",
  },
];

export const IN_SLACK: readonly Mistake[] = [
  {
    what: "the bot's token is another one",
    env: { SLACK_BOT_TOKEN: "xoxb-of-another-app" },
    code: "bot-token",
    about: "Slack",
    remedy: "Set SLACK_BOT_TOKEN to the bot token of the installed app",
  },
  {
    what: "the app's token is another one",
    env: { SLACK_APP_TOKEN: "xapp-of-another-app" },
    code: "app-token",
    about: "Slack",
    remedy: "Set SLACK_APP_TOKEN to an app-level token with the scope connections:write",
  },
  {
    what: "Slack is not reached",
    prepare: ({ slack }) => slack.setAway(true),
    code: "slack-unreachable",
    about: "Slack",
    remedy: "Let the machine that runs Drydock reach Slack",
  },
  {
    what: "the app lacks a scope of the manifest",
    slack: { app: scopesBut("files:write") },
    code: "scopes",
    about: "Slack",
    remedy: "Add them in the app's settings under Bot Token Scopes, then reinstall the app",
  },
  {
    what: "the configuration names no channel",
    config: swap(/ {2}channels:.*\n {2}operationsChannel:.*\n/, ""),
    code: "channel-none",
    about: "Slack",
    remedy: "List a channel under slack.channels",
    level: "warning",
  },
  {
    what: "a channel does not exist",
    config: swap("[C0ONCALL]", "[C0ONCALL, C0NOWHERE]"),
    code: "channel-not-found",
    about: "Slack",
    remedy: "Correct the id under slack.channels",
  },
  {
    what: "a channel is archived",
    prepare: ({ slack }) => slack.workspace.archive("C0OPS"),
    code: "channel-archived",
    about: "Slack",
    remedy: "name another channel under slack.operationsChannel",
  },
  {
    what: "the bot is not in a channel",
    config: swap("[C0ONCALL]", "[C0ONCALL, C0RANDOM]"),
    code: "channel-without-bot",
    about: "Slack",
    remedy: "/invite @drydock",
  },
  {
    what: "a channel is shared with another organization",
    slack: { channels: channel("C0ONCALL", { is_ext_shared: true }) },
    code: "channel-shared",
    about: "Slack",
    remedy: "{id: C0ONCALL, shared: true} in slack.channels",
  },
  {
    what: "a channel has guests in it",
    slack: { channels: channel("C0ONCALL", { members: ["U0ALICE", "U0GUEST"] }) },
    code: "channel-guests",
    about: "Slack",
    remedy: "{id: C0ONCALL, guests: true} in slack.channels",
  },
  {
    what: "a channel has more members than Drydock reads to look for guests",
    slack: { channels: channel("C0ONCALL", { members: Array.from({ length: 30_001 }, (_, i) => `U0M${i}`) }) },
    code: "channel-too-large",
    about: "Slack",
    remedy: "{id: C0ONCALL, guests: true} in slack.channels",
  },
  {
    what: "a person on call does not exist",
    config: swap("[U0CAROL]", "[U0CAROL, U0NOBODY]"),
    code: "person-unknown",
    about: "Slack",
    remedy: "Correct the id under people.onCall",
  },
  {
    what: "a person on call was deactivated",
    config: swap("[U0CAROL]", "[U0GONE]"),
    code: "person-deleted",
    about: "Slack",
    remedy: "Replace this person under people.onCall",
  },
];

export const OF_PEOPLE: readonly Mistake[] = [
  {
    what: "an approver left",
    config: swap("[U0BOB]", "[U0BOB, U0GONE]"),
    code: "person-deleted",
    about: "prod",
    remedy: "Replace this person under servers.prod.approvers.people",
  },
  {
    what: "an approver is a guest",
    config: swap("[U0BOB]", "[U0BOB, U0GUEST]"),
    code: "person-guest",
    about: "prod",
    remedy: "Replace this person under servers.prod.approvers.people",
  },
  {
    what: "an approver belongs to another workspace",
    config: swap("[U0BOB]", "[U0BOB, U0STRANGE]"),
    code: "person-stranger",
    about: "prod",
    remedy: "Replace this person under servers.prod.approvers.people",
  },
  {
    what: "an approver is a bot",
    config: swap("[U0BOB]", "[U0BOB, U0ROBOT]"),
    code: "person-bot",
    about: "prod",
    remedy: "Replace this person under servers.prod.approvers.people",
  },
  {
    what: "an approver has an e-mail address of another domain",
    config: swap("[U0BOB]", "[U0BOB, U0ELSE]"),
    code: "person-not-mapped",
    about: "prod",
    remedy: "Name their user under people.mapping.U0ELSE.prod",
  },
  {
    what: "no user of the server has an approver's e-mail address",
    slack: { people: [...people(), { id: "U0NEW", name: "new", email: "new@drydock.test" }] },
    config: swap("[U0BOB]", "[U0BOB, U0NEW]"),
    code: "person-email-not-found",
    about: "prod",
    remedy: "Name their user under people.mapping.U0NEW.prod",
  },
  {
    what: "two users of the server have an approver's e-mail address",
    config: swap("[U0BOB]", "[U0BOB, U0TWIN]"),
    code: "person-email-ambiguous",
    about: "prod",
    remedy: "Name the right user under people.mapping.U0TWIN.prod",
  },
  {
    what: "a mapped user does not exist",
    config: swap("prod: dave", "prod: dvae"),
    code: "person-account-not-found",
    about: "prod",
    remedy: "Correct the user under people.mapping.U0DAVE.prod",
  },
  {
    what: "a mapped user is locked",
    config: swap("prod: dave", "prod: locked"),
    code: "person-account-inactive",
    about: "prod",
    remedy: "Unlock the user on prod",
  },
  {
    what: "a mapped user has another id than the configuration says",
    config: swap("prod: dave", "prod: {user: dave, id: u-other}"),
    code: "person-account-mismatch",
    about: "prod",
    remedy: "Correct the user or its id under people.mapping.U0DAVE.prod",
  },
  {
    what: "a usergroup of approvers does not exist",
    config: swap("[S0PLATFORM]", "[S0PLATFROM]"),
    code: "usergroup-empty",
    about: "prod",
    remedy: "Correct the id under servers.prod.approvers.usergroups",
  },
  {
    what: "too few of those who may approve can",
    config: swap(/people: \[U0BOB\](\n {6}.*)+/, "people: [U0GONE]\n    selfApproval: true"),
    code: "approvers-too-few",
    about: "prod",
    remedy: "Add approvers under servers.prod.approvers",
  },
];

export const ON_THE_SERVER: readonly Mistake[] = [
  {
    what: "nothing listens at the server's address",
    config: swap(/url: http.*/, "url: http://127.0.0.1:9"),
    code: "server-refuses-connections",
    about: "prod",
    remedy: "Start the server, or correct the host and the port in servers.prod.url",
  },
  {
    what: "the server takes requests and does not answer",
    prepare: ({ deploy }) => deploy.trouble({ kind: "silent", seconds: 600 }),
    clock: { ...systemClock, after: (ms, task) => systemClock.after(ms < 5_000 ? 0 : 300, task) },
    code: "server-silent",
    about: "prod",
    remedy: "Check that prod runs",
  },
  {
    what: "the server fails",
    prepare: ({ deploy }) => deploy.trouble({ kind: "failing", seconds: 600 }),
    code: "server-failing",
    about: "prod",
    remedy: "Look at the log of prod",
  },
  {
    what: "the server is under another path",
    config: (yaml) => yaml.replace(/(url: http\S+)/, "$1/elsewhere"),
    code: "server-not-the-api",
    about: "prod",
    remedy: "Add its path, if it has one",
  },
  {
    what: "the server does not speak HTTPS there",
    config: swap("url: http:", "url: https:"),
    code: "server-not-https",
    about: "prod",
    remedy: "Correct the port in servers.prod.url",
  },
  {
    what: "a login page answers in the server's place",
    prepare: ({ deploy }) => deploy.answer({ kind: "login-page", to: "reads" }),
    code: "server-not-the-api",
    about: "prod",
    remedy: "Correct servers.prod.url",
  },
  {
    what: "the server refuses Drydock's account",
    env: { DRYDOCK_PROD_PASSWORD: "of-last-year" },
    code: "account-refused",
    about: "prod",
    remedy: "Set a valid token or password in DRYDOCK_PROD_PASSWORD",
  },
  {
    what: "the server shows Drydock's account no agent",
    deploy: { agents: [] },
    code: "agents-none",
    about: "prod",
    remedy: "Give the account a role with View Agents",
    level: "warning",
  },
  {
    what: "the server's clock is 10 min ahead",
    prepare: ({ deploy }) => {
      deploy.conditions.clockAhead = 10 * MINUTE;
    },
    code: "server-clock",
    about: "prod",
    remedy: "Synchronise both clocks",
    level: "warning",
  },
  {
    what: "another name leads to the same server",
    config: (yaml, { deploy }) =>
      yaml.replace(
        "\npeople:\n  emailDomains",
        `\n  live: {url: "${deploy.url.replace("127.0.0.1", "localhost")}", approvals: 0}\npeople:\n  emailDomains`,
      ),
    env: { DRYDOCK_LIVE_USERNAME: "drydock", DRYDOCK_LIVE_PASSWORD: "dry-dock-password" },
    code: "other-name",
    about: "prod",
    remedy: "Remove one of the two from the configuration",
  },
  {
    what: "the server is older than Drydock supports",
    deploy: { agents: [{ name: "web-1" }], serverVersion: "6.1.3.2.1" },
    code: "server-version-untested",
    about: "prod",
    remedy: "drydock probe",
    level: "warning",
  },
  {
    what: "Drydock's account may view agents, and not upgrade them",
    deploy: { directory: viewer },
    code: "account-permissions",
    about: "prod",
    remedy: "Give the account a role with these permissions",
  },
  {
    what: "a permission is misspelled",
    config: swap("    mode: live", "    mode: live\n    permissions: {required: [View Agents, Edit Basic Setings]}"),
    code: "permission-unknown",
    about: "prod",
    remedy: "Did you mean Edit Basic Settings?",
  },
  {
    what: "the role of approvers does not exist",
    config: swap("role: Agent Upgrader", "role: Agent Upgrade"),
    code: "role-unknown",
    about: "prod",
    remedy: "Did you mean Agent Upgrader?",
  },
  {
    what: "the team of approvers does not exist",
    config: swap("team: Data", "team: Daten"),
    code: "team-unknown",
    about: "prod",
    remedy: "Did you mean Data?",
  },
  {
    what: "no one has the role of approvers on their team",
    config: swap("role: Agent Upgrader", "role: Agent Viewer"),
    code: "role-unheld",
    about: "prod",
    remedy: "Give the approvers that role on the team",
  },
  {
    what: "the server does not tell what roles may do",
    deploy: { securityHidden: true },
    code: "roles-unreadable",
    about: "prod",
    remedy: "servers.prod.permissions.roleNames",
  },
  {
    what: "a role of roleNames is misspelled",
    config: swap(
      "    mode: live",
      "    mode: live\n    permissions: {roleNames: {Agent Upgrder: [View Agents, Edit Basic Settings]}}",
    ),
    code: "role-name-unknown",
    about: "prod",
    remedy: "Did you mean Agent Upgrader?",
    level: "warning",
  },
  {
    what: "Drydock's account may not view relays",
    prepare: ({ deploy }) => {
      deploy.conditions.relaysHidden = true;
    },
    code: "relays-hidden",
    about: "prod",
    remedy: "Give the account a role with View Agent Relays",
    level: "warning",
  },
  {
    what: "Drydock's account may not read the counts by status",
    prepare: ({ deploy }) => {
      deploy.conditions.countsHidden = true;
    },
    code: "counts-unread",
    about: "prod",
    remedy: "Settings Tab",
    level: "warning",
  },
  {
    what: "the server does not report deployments, which a rule needs",
    prepare: ({ deploy }) => {
      deploy.conditions.activityForms = [];
    },
    config: swap("    mode: live", "    mode: live\n    whenBusy: wait_until_zero"),
    code: "deployments-unknown",
    about: "prod",
    remedy: "change servers.prod.whenBusy",
  },
  {
    what: "the server's answer about deployments may be cut off, which auto waits for",
    prepare: ({ deploy }) => {
      deploy.conditions.activityForms = ["rest"];
      for (let i = 0; i < 250; i += 1) deploy.deployments.begin({});
    },
    code: "deployments-unknown",
    about: "prod",
    remedy: "change servers.prod.whenBusy",
    level: "warning",
  },
];

const trusted = (yaml: string) => yaml.replace("    mode: live", "    mode: live\n    caFile: ./authority.pem");
const authority = await makeCertificate({ authority: true });
const trust = ({ directory }: Around) => writeFileSync(join(directory, "authority.pem"), authority.cert);
const tls = async (days: { readonly days?: number; readonly from?: number }, host?: string) => ({
  tls: await certificate(days, host),
});

async function certificate(days: { readonly days?: number; readonly from?: number }, host?: string) {
  const { cert, key } = await makeCertificate({ by: authority, days: 365, ...days, ...(host ? { host } : {}) });
  return { cert, key };
}

export const WITH_CERTIFICATES: readonly Mistake[] = [
  {
    what: "the certificate has expired",
    deploy: await tls({ days: -1 }),
    prepare: trust,
    config: trusted,
    code: "certificate-expired",
    about: "prod",
    remedy: "Renew the server's certificate",
  },
  {
    what: "the certificate is not valid yet",
    deploy: await tls({ from: 2 }),
    prepare: trust,
    config: trusted,
    code: "certificate-not-yet-valid",
    about: "prod",
    remedy: "Set the clock of Drydock's machine right",
  },
  {
    what: "the certificate ends in 10 days",
    deploy: await tls({ days: 10.5 }),
    prepare: trust,
    config: trusted,
    code: "certificate-ends-soon",
    about: "prod",
    remedy: "Renew it in time",
    level: "warning",
  },
  {
    what: "the certificate is signed by an authority that is not configured",
    deploy: await tls({}),
    config: swap("    mode: live", "    mode: live\n    clone: false"),
    code: "certificate-untrusted",
    about: "prod",
    remedy: "servers.prod.caFile",
  },
  {
    what: "the certificate is for another host",
    deploy: await tls({}, "deploy.drydock.test"),
    prepare: trust,
    config: trusted,
    code: "certificate-other-host",
    about: "prod",
    remedy: "Use the host name of the certificate in servers.prod.url",
  },
];

async function makeLedger({ ledger }: Around, key = KEY): Promise<void> {
  await openSqliteLedger({ file: ledger, key: Buffer.from(key) }).close();
}

export const AT_THE_LEDGER: readonly Mistake[] = [
  {
    what: "others can read the key file",
    env: { DRYDOCK_LEDGER_KEY: "" },
    async prepare(around) {
      await makeLedger(around);
      writeFileSync(`${around.ledger}.key`, KEY);
      chmodSync(`${around.ledger}.key`, 0o644);
    },
    code: "ledger-key",
    about: "ledger",
    remedy: "chmod 600",
  },
  {
    what: "the key is missing",
    env: { DRYDOCK_LEDGER_KEY: "" },
    prepare: (around) => makeLedger(around),
    code: "ledger-key",
    about: "ledger",
    remedy: "Set DRYDOCK_LEDGER_KEY, or put the key file back",
  },
  {
    what: "the key is another one",
    prepare: (around) => makeLedger(around, `${KEY}, and another one`),
    code: "ledger-key",
    about: "ledger",
    remedy: "Put the right key into DRYDOCK_LEDGER_KEY",
  },
  {
    what: "the ledger's folder does not exist",
    config: swap("./drydock.db", "./not-mounted/drydock.db"),
    code: "ledger-key",
    about: "ledger",
    remedy: "mkdir -p",
  },
  {
    what: "the ledger is gone, and what its newest row was is still there",
    prepare: ({ ledger }) => writeHint(ledger, { position: 3, link: "of its newest row", at: 1 }),
    code: "ledger-key",
    about: "ledger",
    remedy: "Put the newest ledger back",
  },
  {
    what: "a row of the ledger was edited",
    async prepare(around) {
      await makeLedger(around);
      const db = openDatabase(around.ledger);
      db.exec("DROP TRIGGER event_is_not_edited; UPDATE event SET json = '{}'");
      db.close();
    },
    code: "ledger-chain",
    about: "ledger",
    remedy: "Restore the bot's own ledger from a backup",
  },
];

function people() {
  return [
    { id: "U0BOB", name: "bob", email: "bob@drydock.test" },
    { id: "U0CAROL", name: "carol", email: "carol@drydock.test" },
    { id: "U0DAVE", name: "dave", email: "dave@drydock.test" },
  ];
}
