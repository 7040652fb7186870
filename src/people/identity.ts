import { cause } from "../core/cause.ts";
import type { People, Person } from "../core/ports.ts";
import { createSingleFlight } from "../core/single-flight.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError, type ServerUser } from "../model/deploy-server.ts";
import { LedgerUnwritable } from "../model/ledger-port.ts";
import type { Party } from "../model/rollout/rollout-parts.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createPins } from "./pins.ts";

export interface PeopleSettings {
  /** E-mail domains whose addresses count as proof, in lower case. None = no match by e-mail. */
  readonly emailDomains: readonly string[];
  /** Slack id, then server, to the server's user. */
  readonly mapping: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly user: string; readonly id?: string | undefined }>
  >;
  readonly onCall: readonly string[];
  /** Accounts on the host that may pause and stop; left out = none. */
  readonly operators?: readonly string[];
}

export interface Identity {
  readonly user: ServerUser;
  readonly via: "mapping" | "email";
}

export function partyOf(person: string, { id, name }: ServerUser): Party {
  return { person, user: { id, name } };
}

/** Finds the server user that a Slack person is, or throws a UserError that says how to become one. */
export interface Identities {
  /** Throws where Slack does not vouch for the person as a member of this workspace. @param onWait as People has it. */
  member(slackId: string, fresh: Freshness, onWait?: (ms: number) => void): Promise<Person>;
  on(server: ManagedServer, slackId: string, how?: IdentityRequest): Promise<Identity>;
}

/** Why it is asked who a person is: that decides how old Slack's answer may be. The server is always asked now, and looks of the same moment share its answer. */
export type Freshness = keyof typeof MAX_AGE;

export interface IdentityRequest {
  /** Left out: for a press. */
  readonly fresh?: Freshness;
  /** Somebody else asks: an account that is new is not written down as theirs. */
  readonly byOthers?: true;
}

/** In ms. */
const MAX_AGE = {
  now: 0,
  /** The person is read when it begins; what follows from it at once does not read them again. */
  press: 2_000,
  /** What is left of its 10 s is for reading the rights and sending the request. */
  trigger: 5_000,
  /** Nothing follows but what is shown. */
  look: 60_000,
} as const;

interface Found {
  readonly user: () => Promise<ServerUser>;
  /** The account's id by the configuration, where that has it. */
  readonly id: string | undefined;
  readonly via: Identity["via"];
}

/** Accounts that are looked at to find the one with an address. */
const MAX_FOUND = 10;

export function createIdentities(ports: {
  readonly people: People;
  readonly projections: Pick<Projections, "pin" | "change">;
  readonly settings: PeopleSettings;
}): Identities {
  const { people, projections, settings } = ports;
  const pins = createPins(projections);
  const looks = createSingleFlight<Identity>();

  async function member(slackId: string, fresh: Freshness, onWait?: (ms: number) => void): Promise<Person> {
    const person = await people.person(slackId, MAX_AGE[fresh], onWait);
    if (!person) throw new UserError("unknown-person", "Slack does not know who you are, so you have no rights here.");
    if (person.kind !== "member") {
      const why = cause("not-authorized", { who: "owner", error: person.kind });
      throw new UserError("not-a-member", REFUSED[person.kind], why);
    }
    return person;
  }

  async function find(server: ManagedServer, person: Person): Promise<Found> {
    const mapped = settings.mapping.get(person.id)?.get(server.name);
    if (mapped) return { user: () => server.urbancode.user(mapped.user), id: mapped.id, via: "mapping" };
    const address = person.email?.trim().toLowerCase();
    const domain = address?.split("@").at(-1) ?? "";
    if (!address || !settings.emailDomains.includes(domain))
      throw new UserError("not-mapped", noIdentity(server, person.id));
    return { user: () => userOf(server, address, person.id), id: undefined, via: "email" };
  }

  /** How the server looks for an address is not documented: only an account that has this very address is taken. */
  async function userOf(server: ManagedServer, address: string, slackId: string): Promise<ServerUser> {
    const found = await server.urbancode.usersByEmail(address);
    const users = await Promise.all(found.slice(0, MAX_FOUND).map(({ id }) => server.urbancode.user(id)));
    const [only, ...more] = users.filter(({ email }) => email?.trim().toLowerCase() === address);
    if (!only)
      throw new UserError(
        "email-not-found",
        `No user of ${server.name} has your e-mail address, so you have no rights there. ${howToGetOne(server, slackId)}`,
      );
    if (more.length > 0 || found.length > MAX_FOUND)
      throw new UserError(
        "email-ambiguous",
        `${Math.max(found.length, more.length + 1)} users of ${server.name} have your e-mail address, so Drydock does not know which one you are. ${howToGetOne(server, slackId)}`,
      );
    return only;
  }

  async function identify(server: ManagedServer, slackId: string, fresh: Freshness, byOthers: boolean) {
    const person = await member(slackId, fresh);
    try {
      const found = await find(server, person);
      const user = await found.user();
      if (!user.active)
        throw new UserError(
          "account-inactive",
          `Your account ${user.name} on ${server.name} is deleted or locked, so you have no rights there.`,
        );
      if (found.id !== undefined && found.id !== user.id) {
        throw new UserError(
          "account-mismatch",
          `The account ${user.name} on ${server.name} is not the one that the configuration names for you, so you have no rights there.`,
        );
      }
      const { id: knownId, via } = found;
      const account = { server, slackId, user: { id: user.id, name: user.name }, via, knownId };
      if (byOthers) pins.check(account);
      else await pins.record(account).catch(ignoreUnwritable);
      return { user, via };
    } catch (error) {
      if (error instanceof ServerError && error.fault === "not-found") {
        throw new UserError(
          "account-not-found",
          `${server.name} does not know the account that is configured for you. ${howToGetOne(server, slackId)}`,
        );
      }
      if (error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable"))
        throw new UserError(
          "account-unreadable",
          `Drydock could not read which user of ${server.name} you are, so you have no rights there now. ${error.message}`,
        );
      throw error;
    }
  }

  return {
    member,
    on(server, slackId, { fresh = "press", byOthers = false } = {}) {
      const read = () => identify(server, slackId, fresh, byOthers);
      return fresh === "look" && !byOthers ? looks(`${slackId} ${server.name}`, read) : read();
    },
  };
}

/** A person who pauses or stops must not fail by it, and what else is written then fails by itself. The next look records the account. */
function ignoreUnwritable(error: unknown): void {
  if (!(error instanceof LedgerUnwritable)) throw error;
}

function noIdentity(server: ManagedServer, slackId: string): string {
  return `You are not mapped to a user of ${server.name}, so you have no rights there. ${howToGetOne(server, slackId)}`;
}

function howToGetOne(server: ManagedServer, slackId: string): string {
  return `The platform team can map you under people.mapping, for example ${slackId}: {${server.name}: your-user-name}.`;
}

const REFUSED: Readonly<Record<Exclude<Person["kind"], "member">, string>> = {
  guest: "Guests of this workspace cannot use Drydock. Ask a member of the on-call team.",
  stranger: "People of other workspaces cannot use Drydock. Ask a member of the on-call team.",
  bot: "Bots cannot use Drydock: every upgrade has a person who answers for it.",
  deleted: "This account is deactivated in Slack, so it has no rights here.",
};
