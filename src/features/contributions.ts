import type { View } from "../core/view.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { approval } from "./approval/request-view.ts";
import type { CardInput, Contribution, Notice, NoticeInput, Reply, ReplyInput } from "./contribution.ts";
import { emergency } from "./emergency/review-view.ts";
import { externalUpgrades } from "./external-upgrades/external-upgrades-view.ts";
import { freeze } from "./freeze/freeze-view.ts";
import { handover } from "./handover/handover-view.ts";
import { relayUpgrade } from "./relay-upgrade/relay-card.ts";
import { requiredAgents } from "./required-notice/required-view.ts";
import { rolloutButtons } from "./rollout/card-buttons.ts";
import { cardView } from "./rollout/card-view.ts";
import { aboutServer } from "./rollout/server-replies.ts";
import { rolloutReplies } from "./rollout/thread-views.ts";
import { schedule } from "./schedule/schedule-port.ts";

/** What the features add to cards, threads and notices, in the order in which people read it. */
const contributions: readonly Contribution[] = [
  handover,
  approval,
  schedule,
  rolloutButtons,
  rolloutReplies,
  freeze,
  aboutServer,
  externalUpgrades,
  relayUpgrade,
  emergency,
  requiredAgents,
];

const onCards = contributions.filter(({ card }) => card);
const inThreads = contributions.filter(({ replies }) => replies);
const ofNotices = contributions.flatMap(({ notices }) => notices ?? []);

/** Those that may add something about this rollout. */
function about(rollout: Rollout, some: readonly Contribution[]): readonly Contribution[] {
  return some.filter(
    ({ of }) => of === undefined || (of === "relays" ? rollout.plan.relays : rollout[of]) !== undefined,
  );
}

/** A rollout's one message. */
export function drawCard(input: CardInput): View {
  return cardView(
    input,
    about(input.rollout, onCards).flatMap(({ card }) => card?.(input) ?? []),
  );
}

/** What a rollout's thread has to say by now. */
export function repliesTo(input: ReplyInput): readonly Reply[] {
  return about(input.rollout, inThreads).flatMap(({ replies }) => replies?.(input) ?? []);
}

/** What the operations channel has to be told of a server. */
export function noticesOf(input: NoticeInput): readonly Notice[] {
  return ofNotices.flatMap((notices) => notices(input));
}
