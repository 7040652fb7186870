import type { Causes } from "../core/cause.ts";
import { count } from "../core/format.ts";
import type { Sentence } from "../core/sentence.ts";
import { serverTroubleText } from "../core/server-trouble.ts";
import { diagnosisNamed } from "../model/upgrade/diagnosis.ts";
import { OUTCOMES } from "../model/upgrade/outcome.ts";
import { diagnosisWords } from "./diagnosis-words.ts";
import { describeOutcome } from "./outcome-words.ts";
import { INACTIVE_LINKS, listed, type Phrases } from "./phrase.ts";

/** Why a rollout pauses or does not start: failures, its owner's rights, what its server does not tell. */
export const ROLLOUT_PHRASES = {
  "too-many-failures": (params) => tooMany(params),
  "canary-failed": ({ outcome }) => {
    const kind = OUTCOMES.find((known) => known === outcome);
    return [`A canary was not upgraded: ${kind ? describeOutcome(kind) : outcome}.`];
  },
  "canaries-stable": ({ stable, canaries }) => [
    `${canaries === 1 ? "The canary is stable" : `${stable} of ${canaries} canaries are stable`}. The other agents wait until a person presses Resume.`,
  ],
  "relay-unwell": ({ relay, detail }, _who, say) => [
    "The relay ",
    { data: relay },
    " has a problem after its turn",
    ...(detail ? [": ", ...say(detail)] : []),
    ".",
  ],
  "relay-agents-missing": ({ relay, missing, agents }) => [
    "The relay ",
    { data: relay },
    ` is upgraded, but ${missing} of the ${count(agents, "agent")} that went offline with it ${missing === 1 ? "is" : "are"} still missing. Check ${missing === 1 ? "it" : "them"} before the next relay.`,
  ],
  "own-token-ended": ({ server, how }) => [`Its owner's own token for ${server} ${TOKEN_ENDS[how] ?? how}.`],
  "own-token-failed": ({ server, why }, _who, say) => [
    `Its owner's own token for ${server} no longer works: `,
    ...say(why),
    ".",
  ],
  "owner-lost-permission": ({ user, permissions, server }) => [
    "Its owner ",
    { data: user },
    " no longer has ",
    ...listed(permissions),
    ` on ${server}.`,
  ],
  "owner-may-not": ({ user, lacks }, _who, say) => [
    "Its owner may no longer do this: ",
    ...say(lacks, { name: user }),
    ".",
  ],
  "owner-is-other-user": ({ server, was, now }) => [
    "Its owner is ",
    { data: now },
    ` on ${server} now. It was `,
    { data: was },
    " before.",
  ],
  "rights-too-slow": ({ server }) => [
    `${server} took longer than 10 s to report the permissions of its owner and which deployments run.`,
  ],
  "server-trouble": serverTroubleText,
  "owner-unread": ({ trouble }) => [
    "Drydock could not read the permissions of its owner on the server. ",
    ...serverTroubleText(trouble),
  ],
  "host-unread": ({ agent, trouble }) => [
    "The host of ",
    { data: agent },
    " could not be read. ",
    ...serverTroubleText(trouble),
  ],
  "inactive-not-taken": inactiveWords,
  "not-authorized": ({ who, error }) => [
    `Drydock could not confirm that ${who === "owner" ? "its owner" : "the requester"} may do this: ${LOST_WORDS[error] ?? error}.`,
  ],
  "lacks-permission-for-rest": ({ user, rollout, units, lacking, of, lacks }, _who, say) => [
    { data: user },
    of === 1
      ? ` may not upgrade the ${units === "relays" ? "relay" : "agent"} that still waits in ${rollout} (`
      : ` may not upgrade ${lacking} of the ${of} ${units} that still wait in ${rollout} (`,
    ...say(lacks, "unnamed"),
    `). A person with the permissions on ${of === 1 ? "it" : "all of them"} can resume it.`,
  ],
  "server-failures": ({ failures }) => [
    `the server ${failures.map(([kind, times]) => `${FAILURE_WORDS[kind] ?? `answered ${kind}`} ${timesWord(times)}`).join(", ")}`,
  ],
  "token-not-stored": () => ["Drydock has no stored token"],
  "token-refused": ({ server }) => [`${server} refuses it (401): it has expired or was revoked`],
  "token-of-another": ({ was, now }) => ["it was ", { data: was }, "'s, and you are ", { data: now }, " there now"],
} satisfies Partial<Phrases>;

const TOKEN_ENDS: Readonly<Record<string, string>> = {
  asked: "was unlinked",
  left: "was destroyed, because they left the workspace",
  off: "was destroyed, because own tokens are switched off",
};

const FAILURE_WORDS: Readonly<Record<string, string>> = {
  "no-answer": "gave no answer",
  error: "answered with an error",
};

/** By the code of the error that came of reading somebody's identity or rights. */
const LOST_WORDS: Readonly<Record<string, string>> = {
  "unknown-person": "Slack does not know them",
  guest: "they are a guest in Slack now",
  stranger: "they left this Slack workspace",
  bot: "they are a bot in Slack",
  deleted: "they are deactivated in Slack",
  "not-mapped": "they no longer have a user on the server",
  "email-not-found": "they no longer have a user on the server",
  "account-not-found": "they no longer have a user on the server",
  "email-ambiguous": "several users of the server have their e-mail address",
  "account-inactive": "their account on the server is deleted or locked",
  "account-changed": "they are another user on the server now",
  "account-mismatch": "they are another user on the server now",
  "account-unreadable": "Drydock could not read which user they are on the server",
  "rights-unreadable": "Drydock could not read their permissions on the server",
  "token-failed": "their own token no longer works",
  "no-relay-visible": "Drydock's account sees no relay of the server",
};

function inactiveWords({ server, setting, version, trouble }: Causes["inactive-not-taken"]): Sentence {
  if (setting === "gone")
    return [
      `${server} is at `,
      { data: version ?? "unknown" },
      `. That version no longer has the setting ${INACTIVE_LINKS}, so Drydock leaves inactive agents alone. Make the agents active there. Then plan again without --include-inactive.`,
    ];
  if (setting === "off")
    return [
      `${server} allows no actions on inactive agents: its system setting ${INACTIVE_LINKS} is off. An administrator can switch it on, or make the agents active. Then plan again.`,
    ];
  return [
    `Drydock's account cannot read on ${server} whether the system setting ${INACTIVE_LINKS} is on, so it leaves inactive agents alone. Let the account read the system configuration, or make the agents active. Then plan again.`,
    ...(trouble ? [" ", ...serverTroubleText(trouble)] : []),
  ];
}

function tooMany({ failed, finished, limit, share, cause, relay }: Causes["too-many-failures"]): Sentence {
  const agents = share === null ? count(failed, "agent") : `${failed} of ${count(finished, "agent")}`;
  const passed = share === null ? `(limit ${limit})` : `(limit ${share}%)`;
  if (cause !== null) {
    const diagnosis = diagnosisNamed(cause);
    return [`${agents} failed for the same reason ${passed}: ${diagnosis ? diagnosisWords(diagnosis).title : cause}.`];
  }
  if (relay === null) return [`${agents} failed ${passed}.`];
  return [`${agents} behind the relay `, { data: relay }, ` failed ${passed}.`];
}

function timesWord(times: number): string {
  if (times === 1) return "once";
  return times === 2 ? "twice" : `${times} times`;
}
