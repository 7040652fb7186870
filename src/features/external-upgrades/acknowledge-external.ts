import { defineCommand } from "../../conversation/command.ts";
import { UserError } from "../../core/user-error.ts";
import { say } from "../../core/view.ts";
import { isUnderWay } from "../../model/rollout/rollout.ts";
import type { Identities } from "../../people/identity.ts";
import { type MayPauseOrStopPorts, mayPauseOrStopNow, UNCHECKED } from "../../people/may-pause-or-stop.ts";
import type { Projections } from "../../projections/projections.ts";
import { serverNamed } from "../../servers/managed-server.ts";

interface Ports extends MayPauseOrStopPorts {
  readonly identities: Identities;
  readonly projections: Projections;
}

/** The button under the question whether other people upgrade agents that went offline. */
export const acknowledgeExternal = defineCommand({
  name: "acknowledge-external",
  summary: "confirm that no one else upgrades the agents that went offline, so that upgrades start again",
  needsIdentity: true,
  args: { positional: { hint: "SERVER", required: true, many: true }, flags: {}, example: "press No, resume" },
  async handler(args, { call }, ports: Ports) {
    const { projections, identities } = ports;
    const server = serverNamed(ports.servers, args.words[0] ?? "");
    // Whoever lets upgrades begin has to be somebody on the server, and of the circle that could also have stopped them.
    await identities.on(server, call.person);
    // The button stays below the question while its rollout is paused.
    const underWay = projections.openRollouts(server.name).filter(isUnderWay);
    const mayStop = await Promise.all(underWay.map((rollout) => mayPauseOrStopNow(rollout, ports, call.person)));
    if (!mayStop.includes(true) && mayStop.includes(undefined))
      throw new UserError(
        "approver-not-checked",
        `${UNCHECKED} an owner of a rollout on ${server.name} or an on-call person.`,
      );
    if (!mayStop.includes(true))
      throw new UserError(
        "not-owner-or-on-call",
        `Only owners of rollouts on ${server.name}, approvers and the configured on-call people can confirm this.`,
      );
    let said = false;
    await projections.change(() => {
      const { ambiguous } = projections.server(server.name).external;
      said = ambiguous !== undefined && `${ambiguous.since}` === args.words[1];
      if (!said) return [];
      const event = { type: "elsewhere.dismissed", data: { by: call.person } } as const;
      return [{ stream: `server.${server.name}`, actor: call.person, callId: call.id, events: [event] }];
    });
    return said
      ? say("external-upgrades-acknowledged", "Upgrades no longer wait for these agents.")
      : say("external-upgrades-over", "This question is already answered.");
  },
});
