import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { createCache } from "../../app/bounded-cache.ts";
import type { Clock, Usergroups } from "../../app/ports.ts";
import { toSlackError } from "./failure.ts";

const MEMBERS_TTL = 60_000;
const MAX_GROUPS = 200;

/** Usergroups through usergroups.users.list, remembered for a minute. */
export function createUsergroups({ client, clock }: { readonly client: WebClient; readonly clock: Clock }): Usergroups {
  const known = createCache<ReadonlySet<string>>({ clock, max: MAX_GROUPS, ttl: MEMBERS_TTL });
  return { members: (usergroup) => known.forceFetch(usergroup, { context: () => read(client, usergroup) }) };
}

async function read(client: WebClient, usergroup: string): Promise<ReadonlySet<string>> {
  try {
    const { users } = await client.usergroups.users.list({ usergroup });
    return new Set(users);
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === "no_such_subteam") return new Set();
    throw toSlackError("tell who is in a usergroup", error);
  }
}
