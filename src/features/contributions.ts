import type { View } from "../core/view.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { approval } from "./approval/request-view.ts";
import type { CardInput, Contribution, Notice, NoticeInput, Reply, ReplyInput } from "./contribution.ts";
import { emergency } from "./emergency/review-view.ts";
import { freeze } from "./freeze/freeze-view.ts";
import { handover } from "./handover/handover-view.ts";
import { relayUpgrade } from "./relay-upgrade/relay-card.ts";
import { rolloutButtons } from "./rollout/card-buttons.ts";
import { cardView } from "./rollout/card-view.ts";
import { aboutServer } from "./rollout/server-replies.ts";
import { rolloutReplies } from "./rollout/thread-views.ts";
import { schedule } from "./schedule/schedule-port.ts";
import { requiredAgents } from "./status/required-view.ts";

/** What the features add to cards, threads and notices, in the order in which people read it. */
const contributions: readonly Contribution[] = [
  handover,
  approval,
  schedule,
  rolloutButtons,
  rolloutReplies,
  freeze,
  aboutServer,
  relayUpgrade,
  emergency,
  requiredAgents,
];

const ofNotices = contributions.flatMap(({ notices }) => notices ?? []);
const ofCards = contributions.filter(({ card }) => card !== undefined);
const ofReplies = contributions.filter(({ replies }) => replies !== undefined);

/** What a feature is about: a rollout that has no such thing needs nothing of it. */
function concerns({ of }: Contribution, rollout: Rollout): boolean {
  if (of === undefined) return true;
  return (of === "relays" ? rollout.plan.relays : rollout[of]) !== undefined;
}

/** A rollout's one message. */
export function drawCard(input: CardInput): View {
  return cardView(
    input,
    ofCards.flatMap((feature) => (concerns(feature, input.rollout) ? (feature.card?.(input) ?? []) : [])),
  );
}

/** What a rollout's thread has to say by now. */
export function repliesTo(input: ReplyInput): readonly Reply[] {
  return ofReplies.flatMap((feature) => (concerns(feature, input.rollout) ? (feature.replies?.(input) ?? []) : []));
}

/** What the operations channel has to be told of a server. */
export function noticesOf(input: NoticeInput): readonly Notice[] {
  return ofNotices.flatMap((notices) => notices(input));
}
