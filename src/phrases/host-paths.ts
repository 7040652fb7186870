import { jarFolder } from "../model/upgrade/diagnosis.ts";

/** Where to look on the agent's host, for an agent of this version; below AGENT_HOME. Source: docs/urbancode-deploy.md, "When an agent does not come back". */
export function hostPaths(version: string | null): readonly { readonly what: string; readonly path: string }[] {
  const folder = jarFolder(version);
  // From which version on the log has its newer place is not documented: both are named.
  const logs = "bin/upgrade.out or var/log/upgrade.log";
  const place = folder
    ? `${folder}/air-agentupgrade.jar`
    : "bin/air-agentupgrade.jar (from 7.3 on var/upgrade/air-agentupgrade.jar)";
  return [
    { what: "the jar", path: place },
    { what: "upgrade log", path: logs },
    { what: "agent log", path: "var/log/agent.out" },
  ];
}
