import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Clock, Usergroups } from "../../app/ports.ts";
import { toSlackError } from "./failure.ts";

const REMEMBERED = 60_000;
const MOST = 200;

/** Usergroups through usergroups.users.list, remembered for a minute. */
export function createUsergroups({ client, clock }: { readonly client: WebClient; readonly clock: Clock }): Usergroups {
  const known = new Map<string, { readonly members: ReadonlySet<string>; readonly until: number }>();

  return {
    async members(usergroup) {
      const cached = known.get(usergroup);
      if (cached && cached.until > clock.now()) return cached.members;
      const members = new Set(await read(client, usergroup));
      known.delete(usergroup);
      known.set(usergroup, { members, until: clock.now() + REMEMBERED });
      for (const id of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(id);
      }
      return members;
    },
  };
}

async function read(client: WebClient, usergroup: string): Promise<readonly string[]> {
  try {
    const { users } = await client.usergroups.users.list({ usergroup });
    return users ?? [];
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === "no_such_subteam") return [];
    throw toSlackError("tell who is in a usergroup", error);
  }
}
