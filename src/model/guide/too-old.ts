import { compareVersions, parseVersion } from "../../core/version.ts";

const OLDEST = { text: "4.8.5", parts: [4, 8, 5] };
const SERVER = { text: "6.0", parts: [6, 0] };

/**
 * Whether an agent is so old that a server at this version lets it run no deployments until it is upgraded. Not known = no.
 * Source: docs/urbancode-deploy.md, "Upgrading agents".
 */
export function isTooOldToDeploy(
  version: string | null | undefined,
  serverVersion: string | null | undefined,
): boolean {
  const agent = parseVersion(version ?? "");
  const server = parseVersion(serverVersion ?? "");
  return (
    agent !== undefined &&
    server !== undefined &&
    compareVersions(agent, OLDEST) < 0 &&
    compareVersions(server, SERVER) >= 0
  );
}
