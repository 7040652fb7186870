import type { Diagnosis, SaidDiagnosis } from "../model/upgrade/diagnosis.ts";
import type { Outcome } from "../model/upgrade/outcome.ts";
import { describeOutcome } from "./outcome-words.ts";

interface DiagnosisWords {
  /** One line, without the agent's name. */
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Why an upgrade failed, for people. */
export function diagnosisWords(diagnosis: Diagnosis): DiagnosisWords {
  if (isSaid(diagnosis)) return SAID[diagnosis];
  return { title: describeOutcome(diagnosis), remedy: REMEDIES[diagnosis] ?? "" };
}

function isSaid(diagnosis: Diagnosis): diagnosis is SaidDiagnosis {
  return Object.hasOwn(SAID, diagnosis);
}

const SAID: Readonly<Record<SaidDiagnosis, DiagnosisWords>> = {
  "login-refused": {
    title: "the server did not accept the account of the request (401)",
    remedy:
      "Nothing is known to be wrong with the agent. Check the account that asked, Drydock's own or the linked token of the owner, and any proxy before the server. Then retry.",
  },
  "jar-permission": {
    title: "no write permission on AGENT_HOME/bin/air-agentupgrade.jar",
    remedy:
      "The account that runs the agent needs execute, read and write on air-agentupgrade.jar, and access to every working directory of the upgrade.",
  },
  "jar-missing": {
    title: "air-agentupgrade.jar is missing on the agent",
    remedy:
      "The agent could not fetch it, mostly because of the network. Check the connection from the agent to the server or its relay.",
  },
  "no-server-permission": {
    title: "the server says that a permission is missing",
    remedy:
      "The account that Drydock uses needs View Agents, Edit Basic Settings and (6.2.7 and later) Upgrade Agents on the agent.",
  },
  "disk-full": {
    title: "the agent's disk is full",
    remedy: "Make room below AGENT_HOME and in the agent's working directory, then retry.",
  },
  java: {
    title: "the agent's Java does not suit the new version",
    remedy:
      "Check JAVA_HOME of the agent. Servers and relays require Java 8 from 6.2.2, 11 from 7.0.2 and 17 from 8.2.",
  },
  "websocket-header": {
    title: "the relay answers with a prohibited character in a header value (websocket), known from 6.x to 7.x",
    remedy:
      "Compare the versions of the agent's relay and of the server. If the relay lags, try to upgrade it first. Other remedies are not documented.",
  },
  certificate: {
    title: "the certificate between agent and server is refused",
    remedy: "Check the certificates of mutual authentication on the agent and on the server.",
  },
  clock: {
    title: "the agent's clock and the server's are too far apart",
    remedy: "Set the clock of the agent's host right: five minutes are too much.",
  },
  offline: {
    title: "the agent was offline when its turn came",
    remedy: "Check that the agent runs and that its relay is up, then retry.",
  },
};

const REMEDIES: Readonly<Partial<Record<Outcome, string>>> = {
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
