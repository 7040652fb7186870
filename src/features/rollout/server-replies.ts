import type { Cause } from "../../core/cause.ts";
import { count, duration } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { needsPerson } from "../../core/server-trouble.ts";
import { say, type View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { ServerOutage, ServerState } from "../../model/server/server-state.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Contribution, Reply } from "../contribution.ts";

export const aboutServer: Contribution = {
  replies: ({ rollout, state }) =>
    rollout.status === "requested" || rollout.status === "closed" ? [] : serverReplies(rollout, state),
};

/** What a rollout's thread has to say about its server: that it is away, and that Drydock's clock jumped. Each once, corrected later. */
export function serverReplies(rollout: Rollout, { outages, clockJumps, watchedAgain }: ServerState): readonly Reply[] {
  const replies: Reply[] = [];
  const concerns = (since: number, until: number | undefined) =>
    rollout.startedAt < (until ?? Number.POSITIVE_INFINITY) && (rollout.endedAt ?? Number.POSITIVE_INFINITY) > since;
  for (const outage of outages.filter(({ since, until }) => concerns(since, until))) {
    const how = outage === outages.at(-1) ? "redrawn" : "correction";
    replies.push({ key: `away-${outage.since}`, view: outageView(rollout, outage), how });
  }
  // Slack has those before the newest, unless it was away: to edit them again would only delay the newest.
  const howOf = (all: readonly unknown[], i: number) => (i === all.length - 1 ? "redrawn" : "once");
  for (const [i, { at, ms, rollouts }] of clockJumps.entries())
    if (rollouts.includes(rollout.id))
      replies.push({ key: `clock-${at}`, view: clockView(ms), how: howOf(clockJumps, i) });
  for (const [i, { at, ms, rollouts }] of watchedAgain.entries())
    for (const { id, finished } of rollouts)
      if (id === rollout.id)
        replies.push({
          key: `back-${at}`,
          view: backView(rollout, { at, ms, finished }),
          how: howOf(watchedAgain, i),
        });
  return replies;
}

function outageView({ plan: { server }, status }: Rollout, outage: ServerOutage): View {
  const from = timeOfDay(outage.since);
  const lasts = isForAPerson(outage.cause);
  const answered = lasts ? "given no usable answer" : "not answered";
  if (outage.until === undefined && status === "ended")
    return say("outage-over", [`⚠ ${server} did not answer from `, from, " until this rollout ended."]);
  if (outage.until === undefined)
    return say(
      "outage",
      [
        `⚠ ${server} has ${answered} since `,
        from,
        `. No upgrade starts until it does, and none counts as failed meanwhile.${lasts ? "" : " Nothing to do."}`,
      ],
      causeText(outage.cause),
    );
  return say("outage-over", [
    `✔ ${server} answers again after ${duration(outage.until - outage.since)} (`,
    from,
    " to ",
    timeOfDay(outage.until),
    "). Upgrades no longer wait for it.",
  ]);
}

function isForAPerson(cause: Cause): boolean {
  return cause.code === "server-trouble" && needsPerson(cause.params);
}

function clockView(ms: number): View {
  const how = ms > 0 ? `jumped forward by ${duration(ms)}, or the machine slept` : `was set back by ${duration(-ms)}`;
  return say(
    "clock-jumped",
    `The clock of Drydock's machine ${how}. No agent fails because of it: deadlines use another clock. Schedules and freezes follow the new time. Nothing to do.`,
  );
}

export function backView(
  { plan }: Rollout,
  back: { readonly at: number; readonly ms: number | null; readonly finished: number },
): View {
  const { at, ms, finished } = back;
  const isLong = ms !== null && ms >= 1_000;
  const how = isLong ? `Drydock did not watch ${plan.server} for ${duration(ms)}, until ` : "Drydock was restarted at ";
  const meanwhile = finished === 0 ? "" : ` ${count(finished, "upgrade")} finished meanwhile.`;
  return say("back", [how, timeOfDay(at), `.${meanwhile} No upgrade was started twice.`]);
}
