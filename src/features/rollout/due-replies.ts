import { say, type View } from "../../core/view.ts";
import type { Policy } from "../../model/policy.ts";
import { isApproved, isAsking } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Pause } from "../../model/rollout/rollout-parts.ts";
import { askView, closedView, reminderView } from "../approval/request-thread.ts";
import { handoverReplies } from "../handover/handover-view.ts";
import { continuedView, droppedView, pausedView } from "./thread-views.ts";

/**
 * The replies that a rollout's thread has to have by now on account of its request and its pauses, by their keys.
 * @param policy undefined where only those matter that are about its end.
 */
export function dueReplies(
  rollout: Rollout,
  policy: Policy | undefined,
): readonly { readonly key: string; readonly view: View }[] {
  const { request, pauses, pause, renewedAs, id } = rollout;
  const replies: { readonly key: string; readonly view: View }[] = [];
  if (request && policy && isAsking(rollout) && !isApproved(rollout, policy)) {
    replies.push({ key: `ask-${request.round}`, view: askView(rollout, policy) });
    if (request.reminded) replies.push({ key: `remind-${request.round}`, view: reminderView(rollout, policy) });
  }
  if (rollout.status !== "requested" && rollout.dropped.length > 0)
    replies.push({ key: "dropped", view: droppedView(rollout) });
  if (pause && !halts(pause)) replies.push({ key: `paused-${pauses}`, view: pausedView(rollout) });
  if (pauses > 0 && rollout.status === "running" && rollout.parties.length > 1)
    replies.push({ key: `continued-${pauses}`, view: continuedView(rollout) });
  replies.push(...handoverReplies(rollout));
  if (request?.closed) replies.push({ key: `closed-${request.round}`, view: closedView(rollout) });
  if (renewedAs)
    replies.push({ key: "renewed", view: say("request-renewed", `${id} was asked again as ${renewedAs}.`) });
  return replies;
}

/** Told in a reply of its own. */
function halts({ kind }: Pause): boolean {
  return kind === "breaker" || kind === "canary" || kind === "relay";
}
