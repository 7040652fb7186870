import type { Agent } from "../agent.ts";
import { matchesGlob } from "../glob.ts";
import type { Policy } from "../policy.ts";
import type { Exclusion } from "./exclusion.ts";
import { oldJavaSentence, parseJava } from "./java-risk.ts";

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

/** A property can hold any text, and a plan keeps it. */
const LONGEST_OS = 60;

/** @param said what the agent's properties hold; undefined where there is no such property, or it was not asked for. */
export function toHost(said: { readonly os: string | undefined; readonly java: string | undefined }): Host {
  return { os: said.os?.trim().slice(0, LONGEST_OS), java: parseJava(said.java) };
}

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

/** Whether agents on such an operating system are left out, by the rules of their server. */
export function upgradesInOwnWay({ ownWay }: Policy, os: string | undefined): boolean {
  return os !== undefined && ownWay.os.some((glob) => matchesGlob(glob, os));
}

function ownWayExclusion(policy: Policy, os: string | undefined): Omit<Exclusion, "agent"> | undefined {
  if (os === undefined || !upgradesInOwnWay(policy, os)) return undefined;
  return {
    reason: "upgrades in its own way",
    sentence: `it runs on ${os}: follow the vendor's own procedure for agents on ${os}`,
  };
}
