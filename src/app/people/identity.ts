import type { AgentRef } from "../../domain/agent-ref.ts";
import type { Board } from "../board.ts";
import type { People, Person } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError, type ServerUser } from "../urbancode.ts";
import { UserError } from "../user-error.ts";

export interface PeopleSettings {
  /** E-mail domains whose addresses count as proof, in lower case. None = no match by e-mail. */
  readonly emailDomains: readonly string[];
  /** Slack id, then server, to the server's user. */
  readonly mapping: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly user: string; readonly id?: string | undefined }>
  >;
  readonly onCall: readonly string[];
}

export interface Identity {
  readonly user: ServerUser;
  readonly via: "mapping" | "email";
}

/** Finds the server user that a Slack person is, or throws a UserError that says how to become one. */
export interface Identities {
  /** Throws where Slack does not vouch for the person as a member of this workspace. */
  member(slackId: string): Promise<Person>;
  on(site: Site, slackId: string): Promise<Identity>;
}

export function createIdentities(ports: {
  readonly people: People;
  readonly board: Board;
  readonly settings: PeopleSettings;
}): Identities {
  const { people, board, settings } = ports;

  async function member(slackId: string): Promise<Person> {
    const person = await people.person(slackId);
    if (!person) throw new UserError("unknown-person", "Slack does not know who you are, so you have no rights here.");
    if (person.kind !== "member") throw new UserError("not-a-member", REFUSED[person.kind]);
    return person;
  }

  async function find(
    site: Site,
    person: Person,
  ): Promise<{ readonly ref: string; readonly id: string | undefined; readonly via: Identity["via"] }> {
    const mapped = settings.mapping.get(person.id)?.get(site.name);
    if (mapped) return { ref: mapped.user, id: mapped.id, via: "mapping" };
    const address = person.email?.toLowerCase();
    const domain = address?.split("@").at(-1) ?? "";
    if (!address || !settings.emailDomains.includes(domain))
      throw new UserError("not-mapped", noIdentity(site, person.id));
    const found = await site.urbancode.usersByEmail(address);
    const [only] = found;
    if (!only)
      throw new UserError(
        "email-not-found",
        `No user of ${site.name} has your e-mail address, so you have no rights there. ${howToGetOne(site, person.id)}`,
      );
    if (found.length > 1) {
      throw new UserError(
        "email-ambiguous",
        `${found.length} users of ${site.name} have your e-mail address, so it is not certain which one you are. ${howToGetOne(site, person.id)}`,
      );
    }
    return { ref: only.id, id: only.id, via: "email" };
  }

  async function checkPin(
    site: Site,
    slackId: string,
    user: AgentRef,
    via: Identity["via"],
    vouchedId: string | undefined,
  ): Promise<void> {
    const pin = board.pin(slackId, site.name);
    if (pin?.user.id === user.id) return;
    // A new name in the mapping, or an id in it, is the platform team's word. A new id under the same name is somebody else's account.
    const renewed =
      via === "mapping" && (vouchedId === user.id || pin?.via === "email" || pin?.user.name !== user.name);
    if (pin && !renewed) {
      throw new UserError(
        "account-changed",
        `You were ${pin.user.name} on ${site.name} until now, and the account found for you today is another one. ` +
          `Until the platform team confirms it (people.mapping.${slackId}.${site.name} with the account's id), you have no rights there.`,
      );
    }
    await board.change(() => [
      {
        stream: `person.${slackId}`,
        actor: slackId,
        facts: [{ type: "identity.pinned", data: { server: site.name, user, via } }],
      },
    ]);
  }

  return {
    member,
    async on(site, slackId) {
      const person = await member(slackId);
      try {
        const found = await find(site, person);
        const user = await site.urbancode.user(found.ref);
        if (!user.active)
          throw new UserError(
            "account-inactive",
            `Your account ${user.name} on ${site.name} is deleted or locked, so you have no rights there.`,
          );
        if (found.id !== undefined && found.id !== user.id) {
          throw new UserError(
            "account-mismatch",
            `The account ${user.name} on ${site.name} is not the one that the configuration names for you, so you have no rights there.`,
          );
        }
        await checkPin(
          site,
          slackId,
          { id: user.id, name: user.name },
          found.via,
          found.via === "mapping" ? found.id : undefined,
        );
        return { user, via: found.via };
      } catch (error) {
        if (error instanceof ServerError && error.fault === "not-found") {
          throw new UserError(
            "account-not-found",
            `${site.name} does not know the account that is configured for you. ${howToGetOne(site, slackId)}`,
          );
        }
        if (error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable"))
          throw new UserError(
            "account-unreadable",
            `Who you are on ${site.name} could not be read, so you have no rights there now. ${error.message}`,
          );
        throw error;
      }
    },
  };
}

function noIdentity(site: Site, slackId: string): string {
  return `You are not mapped to a user of ${site.name}, so you have no rights there. ${howToGetOne(site, slackId)}`;
}

function howToGetOne(site: Site, slackId: string): string {
  return `The platform team can map you under people.mapping, for example ${slackId}: {${site.name}: your-user-name}.`;
}

const REFUSED: Readonly<Record<Exclude<Person["kind"], "member">, string>> = {
  guest: "Guests of this workspace cannot use Drydock. Ask a member of the on-call team.",
  stranger: "People of other workspaces cannot use Drydock. Ask a member of the on-call team.",
  bot: "Bots cannot use Drydock: every upgrade has a person who answers for it.",
  deleted: "This account is deactivated in Slack, so it has no rights here.",
};
