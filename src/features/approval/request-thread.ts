import { count } from "../../core/format.ts";
import { moment } from "../../core/moment.ts";
import { data, type Line, say, type View } from "../../core/view.ts";
import { approverWords } from "../../gates/describe-policy.ts";
import { hasApprovers } from "../../gates/unsatisfiable.ts";
import { closedKey } from "../../model/message-keys.ts";
import type { Policy } from "../../model/policy.ts";
import {
  approvalsWanted,
  isApproved,
  isAsking,
  isHeld,
  isHeldApproved,
  wasApproved,
} from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { agentsOf } from "../../phrases/agents-of.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { startWords } from "../../phrases/progress-words.ts";
import type { Reply } from "../contribution.ts";
import { lostLines, othersWhoMay } from "./asking-view.ts";

/** What a request brings to the rollout's thread. */
export function requestReplies(rollout: Rollout, policy: Policy): readonly Reply[] {
  const { request, renewedAs, id } = rollout;
  const replies: Reply[] = [];
  if (request && isAsking(rollout) && !isApproved(rollout, policy)) {
    replies.push({ key: `ask-${request.round}`, view: askView(rollout, policy), how: "once" });
    if (request.reminded)
      replies.push({ key: `remind-${request.round}`, view: reminderView(rollout, policy), how: "once" });
  }
  if (request && isHeldApproved(rollout, policy))
    replies.push({ key: `approved-held-${request.round}`, view: heldView(rollout), how: "once" });
  if (request?.closed)
    replies.push({ key: closedKey(request), view: closedView(rollout, policy), how: "once", outlives: true });
  if (renewedAs) {
    const view = say("request-renewed", `${id} was asked again as ${renewedAs}.`);
    replies.push({ key: "renewed", view, how: "once", outlives: true });
  }
  return replies;
}

/** New in the thread, so that approvers are told: an edit of the card tells nobody. */
function askView(rollout: Rollout, policy: Policy): View {
  const { request, plan } = rollout;
  const wants = approvalsWanted(rollout, policy);
  const starts = startWords(rollout);
  const because: Line[] = request?.because
    ? [["It asks again: ", ...causesText(request.because)], ...lostLines(request)]
    : [];
  const approvers = othersWhoMay(rollout, policy);
  const requester = { person: request?.requester.person ?? rollout.owner };
  const what = `${rollout.id} asks for ${count(wants, "approval")} to upgrade ${rollout.status === "paused" ? "the rest of its " : ""}${agentsOf(plan)} on ${plan.server}`;
  const line: Line = hasApprovers({ approvers })
    ? [...approverWords(approvers), `: ${what}. The requester is `, requester, ". The buttons are on the card above."]
    : [requester, ` ${what}, and ${NO_ONE_CAN}`];
  return say("approval-needed", line, ...(starts ? [["It starts ", ...starts, "."]] : []), ...because);
}

const NO_ONE_CAN = "no one can give it now: no other approver is left. The platform team can add approvers.";

function reminderView(rollout: Rollout, policy: Policy): View {
  const { request } = rollout;
  const approvers = othersWhoMay(rollout, policy);
  const expires: Line = ["It expires ", moment(request?.expiresAt ?? 0), "."];
  if (!hasApprovers({ approvers }))
    return say("approval-reminder", [
      { person: request?.requester.person ?? rollout.owner },
      ` ${rollout.id} waits for approval, and no one can give it now: no other approver is left. `,
      ...expires,
      " The platform team can add approvers.",
    ]);
  return say("approval-reminder", [
    ...approverWords(approvers),
    `: ${rollout.id} still waits for approval. `,
    ...expires,
  ]);
}

/** Its approval resumes no rollout that a person or the circuit breaker has paused. */
function heldView({ owner, id, request }: Rollout): View {
  const { person } = request?.requester ?? { person: owner };
  return say("approved-held", [
    ...(person === owner ? [] : [{ person }, " "]),
    { person: owner },
    ` ${id} is approved and stays paused. Press Resume or Stop on its card.`,
  ]);
}

/** The last word on a request that came to nothing. */
function closedView(rollout: Rollout, policy: Policy): View {
  const { request, owner, id } = rollout;
  const closed = request?.closed;
  const head: Line = [{ person: request?.requester.person ?? owner }, ` ${id} `];
  if (closed?.how === "denied" && closed.by === "drydock")
    return say("request-not-started", [
      ...head,
      request?.needed === 0 ? "could not start: " : "was approved and could not start: ",
      ...causesText(closed.causes),
    ]);
  if (closed?.how === "denied")
    return say("request-denied", [
      { person: request?.requester.person ?? owner },
      " ",
      { person: closed.by ?? "" },
      ` denied ${id}: `,
      data(closed.reason ?? ""),
    ]);
  if (closed?.how === "withdrawn")
    return say("request-withdrawn", [
      ...(closed.by === owner ? [] : [{ person: owner }, " "]),
      { person: closed.by ?? "" },
      rollout.status === "closed"
        ? ` withdrew ${id}. None of its upgrades start.`
        : ` withdrew the request of ${id}.${rollout.status === "paused" ? ` It stays paused.${nextStep(rollout)}` : ""}`,
    ]);
  const next = nextStep(rollout);
  if (wasApproved(rollout, policy))
    return say("request-not-started", [
      ...head,
      isHeld(rollout, policy)
        ? `was approved, and no person resumed it in time.${next}`
        : // Why it did not start is not recorded: the server, Slack or Drydock may have been away.
          `was approved, and its approvals expired before it ${rollout.status === "closed" ? "started" : "resumed"}.${next}`,
    ]);
  return say("request-expired", [...head, `expired without approval.${next}`]);
}

/** What a person can do after a request came to nothing. */
function nextStep({ status, stoppedBy }: Rollout): string {
  if (status === "closed") return " Press Ask again on its card.";
  if (status === "paused") return " Press Resume on its card to ask again.";
  return stoppedBy === "drydock" ? " Drydock stopped the rollout, because no person resumed it in time." : "";
}
