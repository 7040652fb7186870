import type { Causes } from "../core/cause.ts";
import { count } from "../core/format.ts";
import type { Sentence } from "../core/sentence.ts";
import { serverTroubleText } from "../core/server-trouble.ts";
import { SETTING } from "../model/guide/inactive.ts";
import { diagnosisOf } from "../model/upgrade/diagnosis.ts";
import { describeOutcome, OUTCOMES } from "../model/upgrade/outcome.ts";
import { listed, type Phrases } from "./phrase.ts";

/** Why a rollout pauses or does not start: failures, its owner's rights, what its server does not tell. */
export const ROLLOUT_PHRASES = {
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
  "server-trouble": serverTroubleText,
  "owner-unread": ({ trouble }) => [
    "Its owner cannot be vouched for: the server does not tell. ",
    ...serverTroubleText(trouble),
  ],
  "host-unread": ({ agent, trouble }) => [
    "The host of ",
    { data: agent },
    " cannot be read: the server does not tell. ",
    ...serverTroubleText(trouble),
  ],
  "inactive-not-taken": inactiveWords,
  "not-authorized": ({ who, error }) => [
    `${who === "owner" ? "Its owner" : "Whoever asked"} cannot be vouched for: ${LOST_WORDS[error] ?? error}.`,
  ],
  "lacks-permission-for-rest": ({ user, rollout, units, lacking, of, lacks }, _who, say) => [
    { data: user },
    ` may not upgrade ${lacking} of the ${of} ${units} that still wait in ${rollout} (`,
    ...say(lacks, "unnamed"),
    "): somebody with the rights on all of them can continue it.",
  ],
  "server-failures": ({ failures }) => [
    `the server ${failures.map(([kind, times]) => `${FAILURE_WORDS[kind] ?? `answered ${kind}`} ${timesWord(times)}`).join(", ")}`,
  ],
  "token-not-stored": () => ["it is not in the store of tokens"],
  "token-refused": ({ server }) => [`${server} does not take it (401): it has expired or was revoked`],
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
  stranger: "they are no member of this Slack workspace any more",
  bot: "they are a bot in Slack",
  deleted: "they are deactivated in Slack",
  "not-mapped": "they have no user of the server any more",
  "email-not-found": "they have no user of the server any more",
  "account-not-found": "they have no user of the server any more",
  "email-ambiguous": "several users of the server have their e-mail address",
  "account-inactive": "their account on the server is deleted or locked",
  "account-changed": "they are another user of the server now",
  "account-mismatch": "they are another user of the server now",
  "account-unreadable": "who they are on the server could not be read",
  "rights-unreadable": "what they may do on the server could not be read",
  "token-failed": "their own token is of no use any more",
  "no-relay-visible": "no relay of the server is visible to Drydock's account",
};

function inactiveWords({ server, setting, version, trouble }: Causes["inactive-not-taken"]): Sentence {
  if (setting === "gone")
    return [
      `${server} is at `,
      { data: version ?? "unknown" },
      `, and the setting ${SETTING} is gone from 7.1 on. Whether such servers take actions on inactive agents is not documented, so they are left alone. Have the agents made active there, then ask again without --include-inactive.`,
    ];
  if (setting === "off")
    return [
      `Inactive agents take no actions on ${server}: its system setting ${SETTING} is off. Whoever administers it can switch that on, or make the agents active; then ask again.`,
    ];
  return [
    `${server} does not tell Drydock's account whether its system setting ${SETTING} is on, so inactive agents are left alone. Have the account read the system configuration, or the agents made active there; then ask again.`,
    ...(trouble ? [" ", ...serverTroubleText(trouble)] : []),
  ];
}

function tooMany({ failed, finished, limit, share, cause, relay }: Causes["too-many-failures"]): Sentence {
  const n = count(failed, "agent");
  const passed =
    share === null
      ? `${n} failed (the limit is ${limit})`
      : `${n} of ${finished} failed (the limit is ${share}% of at least ${limit})`;
  if (cause !== null) return [`For one cause ${passed}: ${diagnosisOf(cause)?.title ?? cause}.`];
  return relay === null ? [`In all ${passed}.`] : ["Behind the relay ", { data: relay }, ` ${passed}.`];
}

function timesWord(times: number): string {
  if (times === 1) return "once";
  return times === 2 ? "twice" : `${times} times`;
}
