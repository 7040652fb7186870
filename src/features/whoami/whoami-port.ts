import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Line } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { Access } from "../../people/access.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { accessWords, type UpgradeCount } from "./access-words.ts";

/** Each agent that was not read lately costs a request: more of them are not counted for a look. */
const MAX_ASKED = 300;
/** How long a server may keep the answer waiting, in ms. */
const TIMEOUT = 5_000;

interface Ports {
  readonly authorize: Pick<Authorize, "onAgents" | "asApprover">;
  readonly clock: Clock;
}

/** What a person reads of their access, and whether their agents there were counted. */
export interface AccessNumbers {
  readonly line: Line;
  readonly isCounted: boolean;
}

/**
 * Who a person is on a server and what they may do there in numbers, or why not and how to get it.
 * @param maxReads agents are counted if at most this many have to be read.
 */
export async function accessNumbers(
  server: ManagedServer,
  ports: Ports,
  person: string,
  { maxReads = MAX_ASKED }: { readonly maxReads?: number } = {},
): Promise<AccessNumbers> {
  const { authorize, clock } = ports;
  try {
    const access = await authorize.onAgents(server, person, "look");
    const { everywhere, unread, wanted } = await access.byRoles();
    const counting = countAgents(server, access, { everywhere, maxReads });
    const counted = (await withTimeout(clock, TIMEOUT, counting)) ?? { kind: "uncounted", wanted };
    const { lacks } = await authorize.asApprover(server, person, undefined);
    const words = accessWords({ identity: access.identity, counted, mayApprove: lacks === undefined, unread });
    return { line: [{ bold: server.name }, ": ", ...words], isCounted: counted.kind === "counted" };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ServerError)) throw error;
    return { line: [{ bold: server.name }, ": ", error.message], isCounted: false };
  }
}

async function countAgents(
  server: ManagedServer,
  access: Access,
  { everywhere, maxReads }: { readonly everywhere: boolean; readonly maxReads: number },
): Promise<UpgradeCount | undefined> {
  const agents = await server.fleet.agents();
  // A token of their own is asked about each agent, whatever was read before.
  const asked = access.own ? agents.length : server.fleet.unread(agents.map(({ id }) => id));
  if ((!everywhere || access.own) && asked > maxReads) return undefined;
  const { missing } = await access.lacks(agents);
  const lacking = [...missing.values()];
  return {
    kind: "counted",
    may: lacking.filter((permissions) => permissions.length === 0).length,
    of: agents.length,
    lacks: [...new Set(lacking.flat())],
  };
}
