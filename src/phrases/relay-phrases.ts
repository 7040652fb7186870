import { count } from "../core/format.ts";
import { type Phrases, shown } from "./phrase.ts";

/** Why a relay is not in a plan, and what came of its turn. */
export const RELAY_PHRASES = {
  "relay-offline": () => ["offline: look at its host first"],
  "relay-version-unknown": () => ["the server does not report its version, so nothing would prove its upgrade"],
  "relay-up-to-date": ({ version }) => ["at ", shown(version), ", as the server"],
  "relay-newer": ({ serverVersion }) => ["newer than the server, which is at ", shown(serverVersion)],
  "relay-agents-unknown": () => [
    "the server does not report which agents are behind it, so Drydock cannot check your permissions on them",
  ],
  "relay-agents-hidden": ({ counted, listed: seen }) => [
    `the server counts ${count(counted, "agent")} behind it, and Drydock's account sees ${seen === 0 ? "none" : seen} of them. Inactive agents or a missing View Agents may be the reason`,
  ],
  "relay-unread": () => ["the server did not report its status"],
  "relay-at-other-version": () => ["it was at another version when its turn came"],
  "relay-more-agents": ({ agents }) => [`${agents} more of the agents are behind it now than in the plan`],
  "relay-stayed-offline": () => ["it was offline when its turn came, and stayed so"],
  "relay-agents-in-flight": () => ["agents behind it were in flight all the time"],
  "relay-agents-deploying": () => ["deployments ran on agents behind it all the time"],
  "relay-not-begun": () => ["no person began in time"],
  "relay-older": ({ version, before }) => ["it was at ", shown(before), " and is at ", shown(version)],
  "relay-unchanged": ({ version }) => [
    "it came back at ",
    version === null ? "a version that the server does not report" : { data: version },
  ],
  "relay-not-back": () => ["the server shows it as offline"],
  "owner-rights-unread": () => ["Drydock could not read the owner's permissions"],
  "rollout-stopped": () => ["the rollout was stopped"],
} satisfies Partial<Phrases>;
