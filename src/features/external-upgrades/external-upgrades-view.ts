import { count, names } from "../../core/format.ts";
import { type Line, say, type View } from "../../core/view.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { ExternalUpgrades } from "../../model/server/external-upgrades.ts";
import type { AmbiguityKind } from "../../model/server/server-events.ts";
import type { Contribution, Reply } from "../contribution.ts";

export const externalUpgrades: Contribution = {
  replies: ({ rollout, state }) =>
    rollout.status === "requested" || rollout.status === "closed" ? [] : externalReplies(rollout, state.external),
};

/** What a rollout's thread has to say of agents that other people may be upgrading. Once, corrected later. */
export function externalReplies(rollout: Rollout, { ambiguous, settled }: ExternalUpgrades): readonly Reply[] {
  const replies: Reply[] = [];
  if (ambiguous && rollout.status === "running")
    replies.push({ key: `elsewhere-${ambiguous.since}`, view: ambiguousView(rollout, ambiguous), how: "redrawn" });
  if (ambiguous && rollout.status === "ended")
    replies.push({ key: `elsewhere-${ambiguous.since}`, view: unansweredView(), how: "correction" });
  for (const { since, by } of settled)
    replies.push({ key: `elsewhere-${since}`, view: settledView(by), how: "correction" });
  return replies;
}

const REASONS: Readonly<Record<AmbiguityKind, string>> = {
  gap: "Drydock did not see the server in between",
  relay: "their relay is down",
  many: "they went offline together",
};

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
