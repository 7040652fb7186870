import type { Agent } from "./agent.ts";
import { matchesGlob } from "./glob.ts";
import { oldJavaSentence } from "./java-risk.ts";
import type { Exclusion } from "./plan.ts";
import type { Policy } from "./policy.ts";

/** The property that names an agent's operating system: what Java calls `os.name`. Source: the reference, section 2.1. */
export const OS_PROPERTY = "sys.os.name";

/** What an agent's properties tell of the machine that it runs on; a field is undefined where they were read and do not tell. */
export interface Host {
  /** As the agent itself writes it, e.g. `Linux` or `z/OS`. */
  readonly os: string | undefined;
  /** The release of Java that the agent runs on, e.g. 11. */
  readonly java: number | undefined;
}

/** What was read of agents' hosts, by agent id; one that is not here has not been read. */
export type Hosts = ReadonlyMap<string, Host>;

const LONGEST_OS = 60;

/** Why an agent on this host is left out; undefined where it is not, or where nobody knows. */
export function hostExclusion(
  agent: Pick<Agent, "version">,
  host: Host | undefined,
  { policy, serverVersion }: { readonly policy: Policy; readonly serverVersion: string | null | undefined },
): Omit<Exclusion, "agent"> | undefined {
  const java = oldJavaSentence(agent, host?.java, serverVersion, policy);
  return (
    ownWayExclusion(policy, host?.os) ?? (java === undefined ? undefined : { reason: "Java too old", sentence: java })
  );
}

function ownWayExclusion({ ownWay }: Policy, os: string | undefined): Omit<Exclusion, "agent"> | undefined {
  if (os === undefined || !ownWay.os.some((glob) => matchesGlob(glob, os.trim()))) return undefined;
  const named = os.trim().slice(0, LONGEST_OS);
  return {
    reason: "upgrades in its own way",
    sentence: `it runs on ${named}: follow the vendor's own procedure for agents on ${named}`,
  };
}
