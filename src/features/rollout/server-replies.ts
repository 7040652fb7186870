import { count, duration, names } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { type Line, say, type View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { ExternalUpgrades } from "../../model/server/external-upgrades.ts";
import type { AmbiguityKind } from "../../model/server/server-events.ts";
import type { ServerState } from "../../model/server/server-state.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { Contribution, Reply } from "../contribution.ts";

export const aboutServer: Contribution = {
  replies: ({ rollout, state }) =>
    rollout.status === "requested" || rollout.status === "closed" ? [] : serverReplies(rollout, state),
};

/** What a rollout's thread has to say about its server: that it is away, whether other people upgrade agents there, and that Drydock's clock jumped. Each once, corrected later. */
export function serverReplies(
  rollout: Rollout,
  { outage, external, clockJump, watchedAgain }: ServerState,
): readonly Reply[] {
  const replies: Reply[] = [];
  const concerns = (since: number, until: number | undefined) =>
    rollout.startedAt < (until ?? Number.POSITIVE_INFINITY) && (rollout.endedAt ?? Number.POSITIVE_INFINITY) > since;
  if (outage && concerns(outage.since, outage.until))
    replies.push({ key: `away-${outage.since}`, view: outageView(rollout, outage), how: "redrawn" });
  if (clockJump?.rollouts.includes(rollout.id))
    replies.push({ key: `clock-${clockJump.at}`, view: clockView(clockJump.ms), how: "redrawn" });
  const known = watchedAgain?.rollouts.find(({ id }) => id === rollout.id);
  if (watchedAgain && known)
    replies.push({ key: `back-${watchedAgain.at}`, view: backView(watchedAgain.ms, known.finished), how: "redrawn" });
  const { ambiguous, settled } = external;
  if (ambiguous && rollout.status === "running")
    replies.push({ key: `elsewhere-${ambiguous.since}`, view: ambiguousView(rollout, ambiguous), how: "redrawn" });
  if (ambiguous && rollout.status === "ended")
    replies.push({ key: `elsewhere-${ambiguous.since}`, view: unansweredView(), how: "correction" });
  if (settled) replies.push({ key: `elsewhere-${settled.since}`, view: settledView(settled.by), how: "correction" });
  return replies;
}

function outageView({ plan: { server }, status }: Rollout, outage: NonNullable<ServerState["outage"]>): View {
  const from = timeOfDay(outage.since);
  if (outage.until === undefined && status === "ended")
    return say("outage-over", [`⚠ ${server} did not answer from `, from, " until this rollout ended."]);
  if (outage.until === undefined)
    return say(
      "outage",
      [
        `⚠ ${server} has not answered since `,
        from,
        ". No upgrade starts until it does, and none counts as failed meanwhile. Nothing to do.",
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

const REASONS: Readonly<Record<AmbiguityKind, string>> = {
  gap: "Drydock did not see the server in between",
  relay: "their relay is down",
  many: "they went offline together",
};

function clockView(ms: number): View {
  const how = ms > 0 ? `jumped forward by ${duration(ms)}, or the machine slept` : `was set back by ${duration(-ms)}`;
  return say(
    "clock-jumped",
    `The clock of Drydock's machine ${how}. No agent fails because of it: deadlines use another clock. Schedules and freezes follow the new time. Nothing to do.`,
  );
}

function ambiguousView({ id, owner, plan }: Rollout, ambiguous: NonNullable<ExternalUpgrades["ambiguous"]>): View {
  const { agents, kind, since } = ambiguous;
  const head: Line = [
    { person: owner },
    ` ${id} waits: ${count(agents.size, "agent")} of ${plan.server} that ${agents.size === 1 ? "needs" : "need"} an upgrade went offline (${REASONS[kind]}). Is someone else upgrading ${agents.size === 1 ? "it" : "them"}?`,
  ];
  return {
    key: "external-upgrades",
    summary: head,
    parts: [
      {
        kind: "text",
        lines: [
          head,
          names([...agents.values()].map(({ name }) => name)),
          ["No upgrade starts until they are back, or the time that an upgrade takes has passed."],
        ],
      },
      {
        kind: "buttons",
        buttons: [{ label: "No, resume", command: "acknowledge-external", args: [plan.server, `${since}`] }],
      },
    ],
  };
}

function unansweredView(): View {
  return say(
    "external-upgrades-over",
    "This rollout ended before Drydock knew whether someone else was upgrading the agents that went offline.",
  );
}

function settledView(by: string): View {
  return by === "drydock"
    ? say(
        "external-upgrades-over",
        "The agents that went offline are back, or the time that an upgrade takes has passed. Upgrades no longer wait for them.",
      )
    : say("external-upgrades-acknowledged", [
        { person: by },
        " confirmed that no one else upgrades the agents that went offline. Upgrades no longer wait for them.",
      ]);
}

/** @param away null if it is not known for how long. */
export function backView(away: number | null, finished: number): View {
  const how = away === null || away < 1_000 ? "Drydock was restarted." : `Drydock was away for ${duration(away)}.`;
  const meanwhile = finished === 0 ? "" : ` ${count(finished, "upgrade")} finished meanwhile.`;
  return say("back", `${how}${meanwhile} No upgrade was started twice.`);
}
