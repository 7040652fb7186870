import type { AgentRef } from "../core/agent-ref.ts";
import type { Caller } from "../core/call.ts";
import { cause } from "../core/cause.ts";
import { type Clock, type Log, type People, type SecretOwner, type Secrets, SlackError } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { createSingleFlight } from "../core/single-flight.ts";
import { UserError } from "../core/user-error.ts";
import type { PersonalAccess } from "../model/deploy-server.ts";
import { isUnconfirmed } from "../model/ledger-port.ts";
import type { OwnToken } from "../model/person/own-token.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer, Servers } from "../servers/managed-server.ts";
import type { Identity } from "./identity.ts";
import { createOwnAccess, isDead, type OwnAccess } from "./own-access.ts";
import { createTokenEnds, tokenFailed } from "./token-ends.ts";
import { verifyToken } from "./verify-token.ts";

/** People's own tokens: kept apart from the ledger, which only has that there is one, and what became of it. */
export interface Tokens {
  /** Whether people can link any. */
  readonly on: boolean;
  /** With what Drydock acts for a person; undefined where with its own account. Throws a UserError where their token failed, a ServerError where it was replaced meanwhile. */
  of(server: ManagedServer, person: string, user: AgentRef): Promise<OwnAccess | undefined>;
  /** Whether the server still takes it. Throws a UserError where not, a ServerError where it does not tell. */
  check(server: ManagedServer, person: string): Promise<OwnToken | undefined>;
  /** Keeps a token that is found to be theirs. Throws a UserError where not. */
  link(server: ManagedServer, call: Caller, identity: Identity, token: Secret): Promise<OwnToken>;
  /** Destroys it; undefined where there is none. The rollouts that it carried are paused: nothing goes on with another account unasked. */
  unlink(server: string, call: Caller): Promise<readonly Rollout[] | undefined>;
  /** Before anything begins: destroys all where own tokens are off now, and what the ledger does not vouch for, should Drydock have ended between two steps. */
  settle(): Promise<void>;
  /** Now and then destroys what belongs to people who have left the workspace. Never throws. */
  sweep(): Promise<void>;
  /** Closes the connections that are open with people's tokens. */
  close(): Promise<void>;
}

interface Ports {
  readonly projections: Projections;
  readonly servers: Servers;
  /** Undefined where own tokens are off. */
  readonly secrets: Secrets | undefined;
  readonly people: People;
  readonly clock: Clock;
  readonly log: Log;
  readonly word: string;
}

/** From one look at who has left the workspace to the next, in ms. */
const SWEEP = 10 * 60_000;

export function createTokens(ports: Ports): Tokens {
  const { projections, servers, secrets, people, clock, log, word } = ports;
  /** Connections that are open, by owner; those of an older token are closed. */
  const open = new Map<string, { readonly since: number; readonly access: PersonalAccess }>();
  const opening = createSingleFlight<PersonalAccess | undefined>();
  const { end, fail } = createTokenEnds({ ...ports, toDestroy: async (token) => secrets?.toDestroy(ownerOf(token)) });
  // It may have ended on the other side: its connections here are of no use any more.
  const ignore = projections.onChange(
    (events) => {
      for (const { type, stream, data } of events)
        if (type === "token.failed" || type === "token.unlinked")
          void close({ person: stream.slice("person.".length), server: data.server });
    },
    ["person"],
  );
  let swept = Number.NEGATIVE_INFINITY;

  async function accessOf(server: ManagedServer, token: OwnToken): Promise<PersonalAccess | undefined> {
    const known = open.get(keyOf(token));
    if (known?.since === token.since) return known.access;
    // Two at once would close the connections of one another.
    return await opening(`${keyOf(token)} ${token.since}`, () => openFor(server, token));
  }

  async function openFor(server: ManagedServer, token: OwnToken): Promise<PersonalAccess | undefined> {
    const secret = await secrets?.get(ownerOf(token));
    if (!secret) return undefined;
    await close(token);
    const access = server.urbancode.as(secret);
    open.set(keyOf(token), { since: token.since, access });
    return access;
  }

  async function close(owner: SecretOwner): Promise<void> {
    const known = open.get(keyOf(owner));
    open.delete(keyOf(owner));
    await known?.access.close();
  }

  async function drop(token: OwnToken, why: "left" | "off"): Promise<void> {
    await end(token, { type: "token.unlinked", data: { server: token.server, why } });
    log.warn({ person: token.person, server: token.server, why }, "a person's own token was destroyed");
  }

  /** The live token with its connections. Throws a UserError where it failed. */
  async function live(server: ManagedServer, token: OwnToken): Promise<PersonalAccess> {
    if (token.failed !== undefined) throw tokenFailed(token, token.failed, word);
    const access = await accessOf(server, token);
    if (!access) throw await fail(token, cause("token-not-stored"));
    return access;
  }

  const dead = (server: ManagedServer, token: OwnToken) => fail(token, cause("token-refused", { server: server.name }));

  return {
    on: secrets !== undefined,
    async of(server, person, user) {
      const token = projections.token(person, server.name);
      if (!token) return undefined;
      const access = await live(server, token);
      if (token.user.id !== user.id)
        throw await fail(token, cause("token-of-another", { was: token.user.name, now: user.name }));
      return createOwnAccess(access, {
        proven: token.proof === "server",
        user: user.id,
        dead: async () => {
          throw await dead(server, token);
        },
      });
    },
    async check(server, person) {
      const token = projections.token(person, server.name);
      if (!token) return undefined;
      if (await isDead(await live(server, token), token.user.id)) throw await dead(server, token);
      return token;
    },
    async link(server, { person, id: callId }, identity, secret) {
      if (!secrets) throw new UserError("own-tokens-off", OFF);
      const access = server.urbancode.as(secret);
      const proof = await verifyToken(server, identity, person, access).finally(() => access.close());
      const { id, name } = identity.user;
      const event = { type: "token.linked", data: { server: server.name, user: { id, name }, proof } } as const;
      const owner = { person, server: server.name };
      const takeBack = await secrets.put(owner, secret);
      await close(owner);
      try {
        await projections.change(() => [{ stream: `person.${person}`, actor: person, callId, events: [event] }]);
      } catch (error) {
        // What this cannot take back, the next start destroys.
        if (!isUnconfirmed(error)) await takeBack().catch(() => {});
        await close(owner);
        throw error;
      }
      const token = projections.token(person, server.name);
      if (!token) throw new Error("The ledger does not have the token that was just linked.");
      return token;
    },
    async unlink(server, { person, id: callId }) {
      const token = projections.token(person, server);
      return token && end(token, { type: "token.unlinked", data: { server, why: "asked" } }, { actor: person, callId });
    },
    async settle() {
      for (const token of [...projections.tokens]) if (!secrets || !servers.has(token.server)) await drop(token, "off");
      for (const owner of (await secrets?.owners()) ?? []) {
        const token = projections.token(owner.person, owner.server);
        if (token === undefined || token.failed !== undefined) await (await secrets?.toDestroy(owner))?.();
      }
    },
    async sweep() {
      if (clock.monotonic() - swept < SWEEP) return;
      swept = clock.monotonic();
      try {
        for (const token of [...projections.tokens]) if (await hasLeft(people, token.person)) await drop(token, "left");
      } catch (error) {
        log.error({ error }, "Drydock could not find out whose tokens to destroy");
      }
    },
    async close() {
      ignore();
      await Promise.all([...open.values()].map(({ access }) => access.close()));
    },
  };
}

/** Said where own tokens are switched off. */
export const OFF =
  "Tokens of people's own are switched off here: Drydock asks for upgrades with its own account. The platform team can switch them on (people.ownTokens).";

/** Slack that does not answer is no reason to destroy anything. */
async function hasLeft(people: People, id: string): Promise<boolean> {
  try {
    return (await people.person(id))?.kind !== "member";
  } catch (error) {
    if (error instanceof SlackError) return false;
    throw error;
  }
}

function ownerOf({ person, server }: OwnToken): SecretOwner {
  return { person, server };
}

function keyOf({ person, server }: SecretOwner): string {
  return `${person} ${server}`;
}
