import { type Line, say, type View } from "../../core/view.ts";
import { freezeWords } from "../../gates/freeze.ts";
import type { Policy } from "../../model/policy.ts";
import { isUnderWay, type Rollout } from "../../model/rollout/rollout.ts";
import type { Claims, Freeze } from "../../model/server/claims.ts";
import type { Contribution } from "../contribution.ts";

interface Said {
  readonly key: string;
  readonly view: View;
}

export const freeze: Contribution = {
  replies: ({ rollout, server, freeze }) =>
    freezeReplies(rollout, server.policy, freeze).map((said) => ({ ...said, how: "once" })),
  notices: ({ server, claims }) => freezeNotices(server.policy, claims),
};

const MEANS = "No upgrade starts there. Upgrades in flight finish.";

/** What the operations channel has to be told of a server's newest freeze. */
export function freezeNotices(policy: Policy, { freeze, posts }: Claims): readonly Said[] {
  if (!freeze) return [];
  const key = `frozen-${freeze.n}`;
  if (!freeze.over) return [{ key, view: say("frozen", [...frozen(policy, freeze), "."], MEANS) }];
  // What was over before anybody was told of it need not be told.
  return posts.has(key) ? [{ key: `unfrozen-${freeze.n}`, view: say("unfrozen", over(policy, freeze)) }] : [];
}

/** What the thread of a rollout under way has to say of it: its owner is told. */
export function freezeReplies(rollout: Rollout, policy: Policy, freeze: Freeze | undefined): readonly Said[] {
  if (!freeze || !isUnderWay(rollout) || rollout.status === "stopping") return [];
  const key = `frozen-${freeze.n}`;
  // It may have nothing left to start.
  const means = `No upgrade of ${rollout.id} starts meanwhile. Upgrades in flight finish.`;
  if (!freeze.over)
    return [{ key, view: say("frozen", [{ person: rollout.owner }, " ", ...frozen(policy, freeze), "."], means) }];
  if (rollout.posts.get(key)?.ts === undefined) return [];
  return [
    { key: `unfrozen-${freeze.n}`, view: say("unfrozen", [{ person: rollout.owner }, " ", ...over(policy, freeze)]) },
  ];
}

function frozen(policy: Policy, freeze: Freeze): Line {
  return [`${policy.server} is `, ...freezeWords(freeze)];
}

function over(policy: Policy, { over: end, by }: Freeze): Line {
  if (!end || end.by === "drydock")
    return [`${policy.server} is no longer frozen: the freeze of `, { person: by.person }, " has ended."];
  return [{ person: end.by }, ` unfroze ${policy.server}.`];
}
