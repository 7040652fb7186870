import type { Cause, Causes } from "../../core/cause.ts";
import type { Piece, Sentence } from "../../core/sentence.ts";
import { diagnosisOf } from "../../domain/upgrades/diagnosis.ts";
import { describeOutcome, OUTCOMES } from "../../domain/upgrades/outcome.ts";
import { count, duration } from "./words.ts";

/** Who lacks a permission, as the reader knows them; `unnamed` where the sentence around it says who. */
export type Who = "you" | "requester" | "unnamed" | { readonly name: string };

/** @param say words a cause that belongs to this one. */
type Phrase<P> = (params: P, who: Who, say: (cause: Cause, who?: Who) => Sentence) => Sentence;

export const CAUSE_PHRASES: { readonly [C in keyof Causes]: Phrase<Causes[C]> } = {
  recorded: ({ text }) => [{ data: text }],
  said: ({ text }) => [{ data: text }],
  "server-said": ({ text }) => [{ data: text }],

  "lacks-permission": ({ permissions }, who) => [...verb(who, "lack"), " ", ...listed(permissions), " on it"],
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
  claimed: ({ rollout }) => [`${rollout} has it`],
  inactive: () => ["the server has it as inactive"],
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
  "relay-offline": () => ["offline: look at its host first"],
  "relay-version-unknown": () => ["the server tells no version of it, so nothing would prove its upgrade"],
  "relay-up-to-date": ({ version }) => ["at ", shown(version), ", as the server"],
  "relay-newer": ({ serverVersion }) => ["newer than the server, which is at ", shown(serverVersion)],
  "relay-agents-unknown": () => [
    "the server tells neither how many agents are behind it nor of any agent which relay it is behind: nobody could be asked for them",
  ],
  "relay-agents-hidden": ({ counted, listed: seen }) => [
    `the server counts ${count(counted, "agent")} behind it and lists ${seen === 0 ? "none" : seen} of them to Drydock's account: the others could not be asked for nor waited for; inactive agents or a missing View Agents may be why`,
  ],

  "busy-agent": ({ waited }) => [
    `a deployment still ran on it${waited === null ? "" : ` after ${duration(waited)} of waiting`}`,
  ],
  "upgraded-externally": ({ version }) => ["somebody else upgraded it, to ", shown(version)],
  "offline-before-turn": () => ["offline just before its turn"],
  "inactive-now": () => ["the server has it as inactive now"],
  "unknown-status": ({ status }) => [
    "its status ",
    { data: status || "(none)" },
    " is one that Drydock does not know: whether it needs the upgrade is not known",
  ],
  "upgrade-not-needed": ({ status, version }) => [
    `it does not ask for an upgrade any more (${status}, version `,
    version === null ? "not reported" : { data: version },
    ")",
  ],
  "owner-lacks-permission": ({ permissions }) => ["the owner lacks ", ...listed(permissions), " on it now"],
  "account-lacks-permission": ({ permissions }) => ["Drydock's own account lacks ", ...listed(permissions), " on it"],

  "at-version": ({ version }) => [version === null ? "no version reported" : { data: version }],
  "shown-as": ({ status }) => [`the server shows it as ${status}`],
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

  "not-listed": () => ["the server does not list it any more"],
  "back-at-other-version": ({ version, before }) => [
    "came back at version ",
    shown(version),
    ", and was asked for at ",
    before === null ? "an unknown one" : { data: before },
  ],
  "back-and-well": () => ["came back and asks for no upgrade"],
  "not-back-in-time": () => ["did not come back in time"],
  "not-back-when-stopped": () => ["had not come back when it was stopped"],

  "relay-unread": () => ["the server did not tell how it is"],
  "relay-at-other-version": () => ["it was at another version when its turn came"],
  "relay-more-agents": ({ agents }) => [`${agents} more of the agents are behind it now than when this was agreed to`],
  "relay-stayed-offline": () => ["it was offline when its turn came, and stayed so"],
  "relay-agents-in-flight": () => ["agents behind it were in flight all the time"],
  "relay-agents-deploying": () => ["deployments ran on agents behind it all the time"],
  "owner-rights-unread": () => ["the owner's rights could not be read"],
  "rollout-stopped": () => ["the rollout was stopped"],
  "relay-not-begun": () => ["nobody began in time"],
  "relay-older": ({ version, before }) => ["it was at ", shown(before), " and is at ", shown(version)],
  "relay-unchanged": ({ version }) => [
    "it came back at ",
    version === null ? "no version that the server tells" : { data: version },
  ],
  "relay-not-back": () => ["the server shows it as offline"],

  "too-many-failures": (params) => tooMany(params),
  "canary-failed": ({ outcome }) => {
    const kind = OUTCOMES.find((known) => known === outcome);
    return [`A canary was not upgraded: ${kind ? describeOutcome(kind) : outcome}.`];
  },
  "canaries-stable": ({ stable, canaries }) => [
    `${canaries === 1 ? "The canary is stable" : `${stable} of ${canaries} canaries are stable`}. The rest waits until somebody has looked.`,
  ],
  "relay-unwell": ({ relay, detail }, _who, say) => [
    "The relay ",
    { data: relay },
    " is not well after its turn",
    ...(detail ? [": ", ...say(detail)] : []),
    ".",
  ],
  "relay-agents-missing": ({ relay, missing, agents }) => [
    "The relay ",
    { data: relay },
    ` is upgraded, but ${missing} of the ${agents} agents that went dark with it are missing. Somebody has to look before the next relay.`,
  ],

  "own-token-ended": ({ server, how }) => [`Its owner's own token for ${server} ${TOKEN_ENDS[how] ?? how}.`],
  "own-token-failed": ({ server, why }, _who, say) => [
    `Its owner's own token for ${server} is of no use any more: `,
    ...say(why),
    ".",
  ],
  "owner-lost-permission": ({ user, permissions, server }) => [
    "Its owner ",
    { data: user },
    " does not hold ",
    ...listed(permissions),
    ` on ${server} any more.`,
  ],
  "owner-may-not": ({ user, lacks }, _who, say) => [
    "Its owner may not do this any more: ",
    ...say(lacks, { name: user }),
    ".",
  ],
  "owner-is-other-user": ({ server, was, now }) => [
    "Its owner is ",
    { data: now },
    ` on ${server} now, and not `,
    { data: was },
    ".",
  ],
  "rights-too-slow": ({ server }) => [`${server} takes longer than 10 s to say what its owner may do.`],

  "retry-pending": () => ["it waits for its next attempt already"],
  "may-still-upgrade": () => ["it may still be upgrading, and is watched"],
  "retried-enough": ({ times }) => [`retried ${times === 1 ? "once" : `${times} times`} already`],

  "server-failures": ({ failures }) => [
    `the server ${failures.map(([kind, times]) => `${FAILURE_WORDS[kind] ?? `answered ${kind}`} ${timesWord(times)}`).join(", ")}`,
  ],

  "token-not-stored": () => ["it is not in the store of tokens"],
  "token-refused": ({ server }) => [`${server} does not take it (401): it has expired or was revoked`],
  "token-of-another": ({ was, now }) => ["it was ", { data: was }, "'s, and you are ", { data: now }, " there now"],
};

const TOKEN_ENDS: Readonly<Record<string, string>> = {
  asked: "was unlinked",
  left: "was destroyed, because they left the workspace",
  off: "was destroyed, because own tokens are switched off",
};

const FAILURE_WORDS: Readonly<Record<string, string>> = {
  "no-answer": "gave no answer",
  error: "answered with an error",
};

function tooMany({ failed, finished, limit, share, cause, relay }: Causes["too-many-failures"]): Sentence {
  const n = count(failed, "agent");
  const passed =
    share === null
      ? `${n} failed (the limit is ${limit})`
      : `${n} of ${finished} failed (the limit is ${share}% of at least ${limit})`;
  if (cause !== null) return [`For one cause ${passed}: ${diagnosisOf(cause)?.title ?? cause}.`];
  return relay === null ? [`In all ${passed}.`] : ["Behind the relay ", { data: relay }, ` ${passed}.`];
}

function verb(who: Who, what: "lack" | "hold"): Sentence {
  if (who === "you") return [`you ${what}`];
  if (who === "unnamed") return [`${what}ing`];
  return who === "requester" ? [`the requester ${what}s`] : [{ data: who.name }, ` ${what}s`];
}

function listed(texts: readonly string[]): readonly Piece[] {
  return texts.flatMap((text, i): Piece[] => (i === 0 ? [{ data: text }] : [", ", { data: text }]));
}

function shown(version: string | null): Piece {
  return version === null ? "unknown" : { data: version };
}

function timesWord(times: number): string {
  if (times === 1) return "once";
  return times === 2 ? "twice" : `${times} times`;
}
