import { duration } from "../core/format.ts";
import type { Sentence } from "../core/sentence.ts";
import { listed, type Phrases, shown, type Who } from "./phrase.ts";

/** Why an agent is left out, how its upgrade ended, and why nothing more comes of it. */
export const AGENT_PHRASES = {
  recorded: ({ text }) => [{ data: text }],
  "server-said": ({ text }) => [{ data: text }],
  "lacks-permission": ({ permissions }, who) => [...verb(who, "lack"), " ", ...listed(permissions)],
  "lacks-permission-behind": ({ permissions, agents, of }, who) => [
    ...verb(who, "lack"),
    " ",
    ...listed(permissions),
    ` on ${agents} of the ${of} agents behind it`,
  ],
  "lacks-permission-anywhere": ({ permissions }, who) => [
    ...verb(who, "hold"),
    " ",
    ...listed(permissions),
    " on no team",
  ],
  "id-too-long": ({ length, max }) => [`its id has ${length} characters, and the ledger takes ${max}`],
  "never-list": ({ reason }) => ["on the never list: ", { data: reason }],
  claimed: ({ rollout }) => [`in another rollout: ${rollout}`],
  inactive: () => ["it is inactive on the server"],
  "newer-than-server": ({ version, serverVersion }) => [
    "its version ",
    shown(version),
    " is newer than the server's ",
    shown(serverVersion),
    ": upgrade the server first",
  ],
  "unsupported-platform": ({ name }) => [
    "it runs on ",
    { data: name },
    ": follow the vendor's own procedure for agents on ",
    { data: name },
  ],
  "over-limit": ({ limit }) => [`only ${limit} were asked for`],
  "not-selected": () => ["offline, gone, inactive or upgraded already"],
  "busy-agent": ({ waited }) => [
    `a deployment still ran on it${waited === null ? "" : ` after ${duration(waited)} of waiting`}`,
  ],
  "upgraded-externally": ({ version }) => ["another person upgraded it, to ", shown(version)],
  "offline-before-turn": () => ["offline just before its turn"],
  "inactive-now": () => ["it is inactive on the server now"],
  "unknown-status": ({ status }) => [
    "Drydock does not know its status ",
    { data: status || "(none)" },
    ", nor whether it needs the upgrade",
  ],
  "upgrade-not-needed": ({ status, version }) => [
    `it no longer needs an upgrade (${status}, version `,
    version === null ? "not reported" : { data: version },
    ")",
  ],
  "owner-lacks-permission": ({ permissions }) => ["the owner lacks ", ...listed(permissions), " on it now"],
  "account-lacks-permission": ({ permissions }) => ["Drydock's own account lacks ", ...listed(permissions), " on it"],
  "upgraded-by-rollout": ({ rollout, version }) => [`${rollout} upgraded it, to `, shown(version)],
  "at-version": ({ version }) => [version === null ? "no version reported" : { data: version }],
  "shown-as": ({ status }) => [`shown as ${status} on the server`],
  "comes-and-goes": () => ["it keeps coming and going"],
  namesake: ({ id, status, version }) => [
    { data: id },
    `, ${status}, `,
    version === null ? "no version reported" : { data: version },
  ],
  "no-answer": () => ["no answer from the server"],
  "back-at-version": ({ version }) => [
    "it is back at ",
    version === null ? "no version reported" : { data: version },
    ", as it was before",
  ],
  "not-listed": () => ["the server no longer lists it"],
  "back-at-other-version": ({ version, before }) => [
    "came back at version ",
    shown(version),
    ", and was asked for at ",
    before === null ? "an unknown one" : { data: before },
  ],
  "back-and-well": () => ["came back and asks for no upgrade"],
  "not-back-in-time": () => ["did not come back in time"],
  "not-back-when-stopped": () => ["had not come back when it was stopped"],
  "retry-pending": () => ["it waits for its next attempt already"],
  "may-still-upgrade": () => ["it may still be upgrading, and is watched"],
  "retried-enough": ({ times }) => [`retried ${times === 1 ? "once" : `${times} times`} already`],
} satisfies Partial<Phrases>;

function verb(who: Who, what: "lack" | "hold"): Sentence {
  if (who === "you") return [`you ${what}`];
  if (who === "unnamed") return [`${what}ing`];
  return who === "requester" ? [`the requester ${what}s`] : [{ data: who.name }, ` ${what}s`];
}
