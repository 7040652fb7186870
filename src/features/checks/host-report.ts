import type { Clock } from "../../core/ports.ts";
import { type HostCommands, hostCommands } from "../../model/guide/host.ts";
import { type JavaNeed, javaNeed } from "../../model/guide/java.ts";
import { isUnsupportedPlatform } from "../../model/plan/unsupported-platforms.ts";
import type { Authorize } from "../../people/authorize.ts";
import { ifTold } from "../../servers/fleet.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { namedAgent } from "./named-agent.ts";

/** What the vendor's client reads of an agent's operating system. */
const OS_PROPERTY = "sys.os.name";

/** What to run on one agent's host, because nobody can see it from outside. */
export interface HostReport {
  readonly server: string;
  readonly agent: { readonly name: string; readonly version: string | undefined };
  /** What the agent itself says that it runs on; undefined where that cannot be read. */
  readonly os: string | undefined;
  readonly platforms: readonly HostCommands[];
  /** Which Java the server's version needs. */
  readonly java: JavaNeed | undefined;
  /** Whether agents on it are left out of plans, because they upgrade in their own way. */
  readonly unsupportedPlatforms: boolean;
}

export interface HostReportPorts {
  readonly authorize: Pick<Authorize, "onAgents">;
  readonly clock: Clock;
}

/** @param name the agent's, or its id. Throws UserError where there is no such agent that the person may view, ServerError where the server does not answer. */
export async function hostReport(
  server: ManagedServer,
  person: string,
  name: string,
  { authorize, clock }: HostReportPorts,
): Promise<HostReport> {
  const { views } = await authorize.onAgents(server, person, "look");
  const listed = await namedAgent(server, views, name);
  const [detail, os, serverVersion] = await Promise.all([
    server.urbancode.info(listed.id),
    ifTold(clock, server.urbancode.property(listed.id, OS_PROPERTY)),
    server.fleet.version(),
  ]);
  const { version, workingDirectory } = detail;
  return {
    server: server.name,
    agent: { name: listed.name, version },
    os,
    platforms: hostCommands({ version, workingDirectory, os }),
    java: javaNeed(serverVersion),
    unsupportedPlatforms: isUnsupportedPlatform(server.policy, os),
  };
}
