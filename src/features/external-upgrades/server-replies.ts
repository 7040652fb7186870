import { count, duration, names } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { type Line, say, type View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { ExternalUpgrades } from "../../model/server/external-upgrades.ts";
import type { AmbiguityKind } from "../../model/server/server-events.ts";
import type { ServerState } from "../../model/server/server-state.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { backView } from "../rollout/thread-views.ts";

interface ServerReply {
  readonly key: string;
  readonly view: View;
  /** It corrects what was said, and says nothing where nothing was. */
  readonly onlyEdit: boolean;
}

/** What a rollout's thread has to say about its server: that it is away, whether somebody else upgrades agents there, and that Drydock's clock jumped. Each once, corrected later. */
export function serverReplies(
  rollout: Rollout,
  { outage, external, clockJump, watchedAgain }: ServerState,
): readonly ServerReply[] {
  const replies: ServerReply[] = [];
  const concerns = (since: number, until: number | undefined) =>
    rollout.startedAt < (until ?? Number.POSITIVE_INFINITY) && (rollout.endedAt ?? Number.POSITIVE_INFINITY) > since;
  if (outage && concerns(outage.since, outage.until))
    replies.push({ key: `away-${outage.since}`, view: outageView(rollout.plan.server, outage), onlyEdit: false });
  if (clockJump?.rollouts.includes(rollout.id))
    replies.push({ key: `clock-${clockJump.at}`, view: clockView(clockJump.ms), onlyEdit: false });
  const known = watchedAgain?.rollouts.find(({ id }) => id === rollout.id);
  if (watchedAgain && known)
    replies.push({ key: `back-${watchedAgain.at}`, view: backView(watchedAgain.ms, known.finished), onlyEdit: false });
  const { ambiguous, settled } = external;
  if (ambiguous && rollout.status === "running")
    replies.push({ key: `elsewhere-${ambiguous.since}`, view: ambiguousView(rollout, ambiguous), onlyEdit: false });
  if (settled) replies.push({ key: `elsewhere-${settled.since}`, view: settledView(settled.by), onlyEdit: true });
  return replies;
}

function outageView(server: string, outage: NonNullable<ServerState["outage"]>): View {
  const from = timeOfDay(outage.since);
  if (outage.until === undefined)
    return say(
      "outage",
      [
        `${server} gives no usable answer since `,
        from,
        ": nothing begins until it does, and nothing counts as failed meanwhile. It goes on by itself.",
      ],
      causeText(outage.cause),
    );
  return say("outage-over", [
    `${server} gave no usable answer from `,
    from,
    " to ",
    timeOfDay(outage.until),
    ` (${duration(outage.until - outage.since)}). It goes on.`,
  ]);
}

const REASONS: Readonly<Record<AmbiguityKind, string>> = {
  gap: "the server was not looked at in between",
  relay: "their relay is down",
  many: "they dropped all at once",
};

function clockView(ms: number): View {
  const how = ms > 0 ? `jumped forward by ${duration(ms)}, or the machine slept` : `was set back by ${duration(-ms)}`;
  return say(
    "clock-jumped",
    `The clock of Drydock's machine ${how}. No agent fails because of it: deadlines go by another clock. Schedules and freezes follow the new time. Nothing to do.`,
  );
}

function ambiguousView({ id, owner, plan }: Rollout, ambiguous: NonNullable<ExternalUpgrades["ambiguous"]>): View {
  const { agents, kind, since } = ambiguous;
  const head: Line = [
    { person: owner },
    ` ${id} waits: ${count(agents.size, "agent")} of ${plan.server} that wanted an upgrade went offline, and ${REASONS[kind]}. Does somebody else upgrade them?`,
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
          [
            "Nothing begins before they are back, or their time for an upgrade is over. If nobody upgrades them, go on.",
          ],
        ],
      },
      {
        kind: "buttons",
        buttons: [{ label: "Nobody does: go on", command: "go-on", args: [plan.server, `${since}`] }],
      },
    ],
  };
}

function settledView(by: string): View {
  return by === "drydock"
    ? say(
        "external-upgrades-over",
        "Agents that went offline are back, or their time for an upgrade is over. It goes on.",
      )
    : say("external-upgrades-acknowledged", [
        { person: by },
        " says that nobody upgrades the agents that went offline. It goes on.",
      ]);
}
