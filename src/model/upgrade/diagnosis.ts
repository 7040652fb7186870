import type { Cause } from "../../core/cause.ts";
import { parseVersion } from "../../core/version.ts";
import type { Outcome } from "./outcome.ts";
import { describeOutcome, OUTCOMES } from "./outcome.ts";

/** Why an upgrade failed, as far as it can be told from outside, and what to do about it. */
export interface Diagnosis {
  /** Stable, for grouping: the same cause has the same key. */
  readonly cause: string;
  /** One line, without the agent's name. */
  readonly title: string;
  readonly remedy: string;
}

interface Case {
  readonly cause: string;
  readonly title: string;
  readonly remedy: string;
  /** What the server's text says in this case. */
  readonly says: RegExp;
}

/**
 * What the server's own words give away; the wordings are those of the server and of the systems below it.
 * Source of the causes: docs/urbancode-deploy.md, "When an agent does not come back".
 */
const CASES: readonly Case[] = [
  {
    cause: "jar-permission",
    title: "no write permission on AGENT_HOME/bin/air-agentupgrade.jar",
    remedy:
      "The account that runs the agent needs execute, read and write on air-agentupgrade.jar, and access to every working directory of the upgrade.",
    says: /permission.*air-agentupgrade\.jar|air-agentupgrade\.jar.*(permission|denied)/i,
  },
  {
    cause: "jar-missing",
    title: "air-agentupgrade.jar is missing on the agent",
    remedy:
      "The agent could not fetch it, mostly because of the network. Check the connection from the agent to the server or its relay.",
    says: /air-agentupgrade\.jar.*(missing|not found|no such file)|(missing|not found|no such file).*air-agentupgrade\.jar/i,
  },
  {
    cause: "no-server-permission",
    title: "the server says that a permission is missing",
    remedy:
      "The account that Drydock uses needs View Agents, Edit Basic Settings and (6.2.7 and later) Upgrade Agents on the agent.",
    says: /does not have permission|not authori[sz]ed|you must be logged in/i,
  },
  {
    cause: "disk-full",
    title: "the agent's disk is full",
    remedy: "Make room below AGENT_HOME and in the agent's working directory, then retry.",
    says: /no space left|disk (is )?full|not enough space/i,
  },
  {
    cause: "java",
    title: "the agent's Java does not suit the new version",
    remedy:
      "Check JAVA_HOME of the agent. Servers and relays require Java 8 from 6.2.2, 11 from 7.0.2 and 17 from 8.2.",
    says: /java_home|unsupported.*(java|class version)|UnsupportedClassVersionError/i,
  },
  {
    cause: "websocket-header",
    title: "the relay answers with a prohibited character in a header value (websocket), known from 6.x to 7.x",
    remedy:
      "Compare the versions of the agent's relay and of the server. If the relay lags, try to upgrade it first. Other remedies are not documented.",
    says: /prohibited character.*websocket/i,
  },
  {
    cause: "certificate",
    title: "the certificate between agent and server is refused",
    remedy: "Check the certificates of mutual authentication on the agent and on the server.",
    says: /certificate|ssl handshake|PKIX/i,
  },
  {
    cause: "clock",
    title: "the agent's clock and the server's are too far apart",
    remedy: "Set the clock of the agent's host right: five minutes are too much.",
    says: /clock skew|timestamp.*(future|expired)/i,
  },
  {
    cause: "offline",
    title: "the agent was offline when its turn came",
    remedy: "Check that the agent runs and that its relay is up, then retry.",
    says: /is offline/i,
  },
];

/** Where nothing is said, the outcome alone: what usually lies behind it, the likeliest first. */
const BY_OUTCOME: Readonly<Partial<Record<Outcome, string>>> = {
  refused: "The server's own words are below. Its log is var/log/deployserver.out on the server's host.",
  unsent: "See whether Drydock's machine can reach the server, then retry.",
  unknown: "Look at the agent's upgrade log before a retry: the server may have accepted the request after all.",
  "never-offline":
    "Usually the agent's account may not write air-agentupgrade.jar or a working directory, or the disk is full. The upgrade log says which.",
  "never-back":
    "Check that the agent's process runs. Usual causes: wrong or missing Java (JAVA_HOME), its relay down, a full disk, a firewall or DNS.",
  "back-old":
    "The upgrade was rolled back on the host. Usual causes: no write permission on the jar or a working directory, a full disk, wrong Java.",
  "still-wanted":
    "The agent changed its version, but not to the one that ships with the server. Its upgrade log says why.",
  stuck:
    "Usual causes of a long ERROR or CONNECTING: a wrong external agent URL, a mutual-authentication certificate, clocks over five minutes apart, a duplicate agent name.",
  "lost-again": "It came back upgraded and went away again. Check that its process still runs, and read its agent log.",
  "not-the-api":
    "Nothing is known to be wrong with the agent. A proxy, a login page or another program answers at the server's address: remove it from the way, then retry.",
  removed:
    "It was removed from the server, or Drydock's account may no longer view it. Drydock does not know its upgrade's result: check the server before a retry.",
  replaced:
    "Its host registered it again, or a second host has its name. The other agent's id, status and version are below. If it needs the upgrade, plan it by its name.",
  unanswered:
    "Nothing is known to be wrong with the agent. Look at the server's load and its log var/log/deployserver.out, then retry.",
  unobserved:
    "The server did not answer for too long, so the result is not known. Check the agent on the server before a retry.",
};

/** @param detail only the server's own words tell more than the outcome. */
export function diagnose(outcome: Outcome, detail: Cause | null): Diagnosis {
  const words = detail?.code === "server-said" ? detail.params.text : undefined;
  const quoted =
    outcome === "refused" && words !== undefined ? CASES.find((known) => known.says.test(words)) : undefined;
  if (quoted) return { cause: quoted.cause, title: quoted.title, remedy: quoted.remedy };
  return { cause: outcome, title: describeOutcome(outcome), remedy: BY_OUTCOME[outcome] ?? "" };
}

/** What a cause stands for; undefined where there is no such cause. */
export function diagnosisOf(cause: string): Diagnosis | undefined {
  const known = CASES.find((each) => each.cause === cause);
  if (known) return { cause, title: known.title, remedy: known.remedy };
  const outcome = OUTCOMES.find((kind) => kind === cause);
  return outcome && diagnose(outcome, null);
}

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

/** The folder of air-agentupgrade.jar below AGENT_HOME; undefined where the version does not tell. A compact agent has the newer one at any version. */
export function jarFolder(version: string | null): "bin" | "var/upgrade" | undefined {
  const parts = parseVersion(version ?? "")?.parts;
  if (!parts) return undefined;
  const [major = 0, minor = 0] = parts;
  return major > 7 || (major === 7 && minor >= 3) ? "var/upgrade" : "bin";
}
