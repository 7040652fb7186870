import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  DEFAULT_DIRECTORY,
  type Directory,
  SYSTEM_TEAM,
  type Team,
  type User,
} from "../../playground/deploy/people.ts";
import { type Deploy, type DeployOptions, startDeploy } from "../../playground/deploy/start-deploy.ts";
import { createKeyring } from "../../src/adapters/chain/keyring.ts";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { openMemorySecrets } from "../../src/adapters/memory/memory-secrets.ts";
import { slackError } from "../../src/adapters/slack/slack-error.ts";
import { createUrbanCode } from "../../src/adapters/urbancode/urbancode.ts";
import type { People, Person, Thread } from "../../src/core/ports.ts";
import { lineText } from "../../src/core/view.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";
import type { Policy } from "../../src/model/policy.ts";
import { DEFAULT_LIMITS } from "../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../src/model/upgrade/deadlines.ts";
import { createAuthorize } from "../../src/people/authorize.ts";
import { createIdentities } from "../../src/people/identity.ts";
import { createTokens } from "../../src/people/tokens.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { createTokenNotices } from "../../src/reporting/notices.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { manualClock } from "./manual-clock.ts";
import { policyWith } from "./policy.ts";
import { keepLog } from "./silent-log.ts";

const ends: (() => Promise<unknown> | unknown)[] = [];
/** Ends every server and connection of a test. */
export async function stopAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

/** The tokens that people have on the stand-in server. */
export const TOKENS = { alice: "alices-own-token-1", bob: "bobs-own-token-2", admin: "admins-own-token-3" };

/** The default directory with those tokens, in which a test can change who is who. */
export function withTokens(): Directory & { users: User[]; teams: Team[] } {
  const users = DEFAULT_DIRECTORY.users.map((user) => {
    const token = Object.hasOwn(TOKENS, user.name) ? TOKENS[user.name as keyof typeof TOKENS] : undefined;
    return token ? { ...user, token } : { ...user };
  });
  return { ...DEFAULT_DIRECTORY, users, teams: [...DEFAULT_DIRECTORY.teams] };
}

/** Changes one user of a directory in its place. */
export function change({ users }: { readonly users: User[] }, name: string, to: Partial<User>): void {
  const at = users.findIndex((user) => user.name === name);
  const before = users[at];
  if (!before) throw new Error(`there is no user ${name}`);
  users.splice(at, 1, { ...before, ...to });
}

/** Takes somebody off the System Team. */
export function takeOff({ teams }: { readonly teams: Team[] }, user: string): void {
  const at = teams.findIndex(({ id }) => id === SYSTEM_TEAM);
  const system = teams[at];
  if (system) teams.splice(at, 1, { ...system, members: system.members.filter((member) => member.user !== user) });
}

interface Given {
  readonly deploy?: DeployOptions;
  /** What a call that the vendor does not document answers to whose token; left out = there is no such call. */
  readonly whoAmI?: (token: string) => unknown;
  readonly off?: boolean;
  readonly policy?: Partial<Policy>;
  readonly ledger?: Ledger;
}

/** What stands around people's own tokens: the real client against the stand-in, ledger and store in memory. */
export async function openHouse(given: Given = {}) {
  const directory = withTokens();
  const deploy = await startDeploy({ agents: [{ name: "web-1" }, { name: "web-2" }], directory, ...given.deploy });
  ends.push(() => deploy.stop());
  const url = given.whoAmI ? await inFrontOf(deploy, given.whoAmI) : deploy.url;
  const log = keepLog();
  const urbancode = createUrbanCode(
    {
      name: "prod",
      url,
      credentials: { kind: "basic", user: deploy.user, password: deploy.password },
      requestDeadline: 30_000,
    },
    { clock: systemClock, random: systemRandom, log },
  );
  ends.push(() => urbancode.close());
  const clock = manualClock(1_000_000);
  const server: ManagedServer = {
    name: "prod",
    url,
    policy: policyWith({
      required: ["View Agents", "Edit Basic Settings"],
      whereKnown: ["Upgrade Agents"],
      ...given.policy,
    }),
    deadlines: DEFAULT_DEADLINES,
    limits: DEFAULT_LIMITS,
    watch: { inFlight: 1_000, fleet: 1_000, idle: null, tick: 1_000 },
    ...(given.whoAmI ? { whoAmI: { path: "/who-am-i", field: "id" } } : {}),
    urbancode,
    fleet: createFleet(urbancode, { clock: systemClock }),
  };
  const ledger = given.ledger ?? openMemoryLedger();
  const projections = await openProjections(ledger, { clock, random: systemRandom });
  const kinds = new Map<string, Person["kind"] | "no answer">();
  const people: People = {
    async person(id) {
      const kind = kinds.get(id) ?? "member";
      if (kind === "no answer") throw slackError("unreachable", "Slack gave no answer.");
      const name = id.slice(2).toLowerCase();
      return { id, teamId: "T0DOCK", name, email: `${name}@drydock.test`, kind };
    },
  };
  const mapping = new Map(["alice", "bob"].map((user) => [`U0${user.toUpperCase()}`, new Map([["prod", { user }]])]));
  const identities = createIdentities({
    people,
    projections,
    settings: { emailDomains: ["drydock.test"], mapping, onCall: [] },
  });
  const secrets = openMemorySecrets(createKeyring([randomBytes(32)]));
  const whispers: string[] = [];
  const thread: Pick<Thread, "whisper"> = {
    async whisper({ person, view }) {
      whispers.push(`${person}: ${lineText(view.summary)}`);
    },
  };
  const ports = { projections, servers: new Map([["prod", server]]), people, thread, clock, log, word: "/agents" };
  const tokens = createTokens({ ...ports, secrets: given.off ? undefined : secrets });
  const notices = createTokenNotices(ports);
  projections.onChange(notices.follow);
  ends.push(() => tokens.close());
  const usergroups = { members: async () => new Set<string>() };
  const authorize = createAuthorize({ identities, tokens, usergroups });

  return {
    ...{
      deploy,
      directory,
      server,
      projections,
      kinds,
      identities,
      authorize,
      secrets,
      whispers,
      tokens,
      clock,
      log,
      ports,
    },
    /** A rollout that runs, of this person. */
    async running(id: string, person: string, user: string) {
      const [agent] = await urbancode.list();
      if (!agent) throw new Error("there is no agent");
      const planned = { id: agent.id, name: agent.name, status: agent.status, version: agent.version ?? null };
      const options = { slots: 10, reason: null };
      const plan = { server: "prod", serverVersion: null, options, agents: [planned], excluded: [], hash: id };
      const data = {
        rollout: id,
        plan,
        owner: person,
        serverUser: { id: `u-${user}`, name: user },
        channel: "C0ONCALL",
      };
      await projections.change(() => [
        { stream: `rollout.${id}`, actor: person, events: [{ type: "rollout.started", data }] },
      ]);
      return planned;
    },
    status: (id: string) => projections.rollouts.get(id)?.status,
    events: async (stream: string): Promise<readonly StoredEvent[]> => ledger.read(stream),
  };
}

/** A relay to the stand-in that knows one call more. */
async function inFrontOf(deploy: Deploy, whoAmI: (token: string) => unknown): Promise<string> {
  const server = createServer(async (request, response) => {
    const { authorization = "" } = request.headers;
    if (request.url === "/who-am-i") {
      const pair = Buffer.from(authorization.replace("Basic ", ""), "base64").toString("utf8");
      const token = String((JSON.parse(pair.slice(pair.indexOf(":") + 1)) as { token: string }).token);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(whoAmI(token)));
      return;
    }
    const answer = await fetch(deploy.url + request.url, {
      method: request.method ?? "GET",
      headers: { authorization },
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
