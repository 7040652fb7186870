import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Clock, Usergroups } from "../../core/ports.ts";
import { createAgedReads } from "./aged-reads.ts";
import { toSlackError } from "./slack-error.ts";

const MEMBERS_TTL = 60_000;
const MAX_GROUPS = 200;

/** Usergroups through usergroups.users.list, remembered for a minute at most. */
export function createUsergroups({ client, clock }: { readonly client: WebClient; readonly clock: Clock }): Usergroups {
  const known = createAgedReads<ReadonlySet<string>>({ clock, max: MAX_GROUPS, ttl: MEMBERS_TTL });
  return {
    members: async (usergroup, maxAge) => (await known(usergroup, () => read(client, usergroup), maxAge)) ?? new Set(),
  };
}

async function read(client: WebClient, usergroup: string): Promise<ReadonlySet<string>> {
  try {
    const { users } = await client.usergroups.users.list({ usergroup });
    return new Set(users);
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === "no_such_subteam") return new Set();
    throw toSlackError("list the members of a usergroup", error);
  }
}
