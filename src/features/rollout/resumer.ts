import type { Call } from "../../core/call.ts";
import type { Cause } from "../../core/cause.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { lineText } from "../../core/view.ts";
import { givenApprovals } from "../../model/rollout/request.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { changeRollout, whyAsked } from "../../servers/change-rollout.ts";
import { currentRollout, type RolloutPorts } from "../../servers/current-rollout.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { todayOn } from "../../servers/today-on.ts";
import { decideResume, type ResumeRefusal } from "./decide-start.ts";
import type { ReadRest } from "./rollout-port.ts";

export interface Resumer {
  /**
   * Resumes a paused rollout with the person's rights, read again on every agent that still waits. Returns why it has to be
   * approved first, undefined if it resumes. Throws UserError if the person may not.
   */
  resume(server: ManagedServer, id: string, call: Pick<Call, "person" | "id">): Promise<readonly Cause[] | undefined>;
}

const refused = (why: ResumeRefusal) => new UserError("resume-refused", resumeRefusal(why));

export function createResumer(ports: RolloutPorts & { readonly readRest: ReadRest; readonly clock: Clock }): Resumer {
  const { readRest, clock } = ports;
  return {
    async resume(server, id, { person, id: callId }) {
      const readAt = clock.monotonic();
      const read = await readRest(server, currentRollout(ports, id).rollout, person);
      const events = await changeRollout(ports, { id, person, callId, refused }, ({ rollout }) => {
        const approvals = givenApprovals(rollout, server.policy);
        const today = todayOn(server, ports, { ...read, owner: read.by, approvals, readAt });
        return decideResume(rollout, { ...read, ...today, typed: true });
      });
      const moved = events.find((event) => event.type === "rollout.paused")?.data.causes;
      const because = whyAsked(events);
      if (moved && !because)
        throw new UserError("server-version-changed", [...causesText(moved), " Press Resume again to accept that."]);
      return because;
    },
  };
}

function resumeRefusal(why: ResumeRefusal): string {
  switch (why.code) {
    case "not-paused":
      return `${why.rollout} is not paused.`;
    case "not-approved":
      return `${why.rollout} waits for approvals: it has ${why.has} of ${why.wants}.`;
    case "rules":
      return lineText(causesText(why.blocked.map((found) => found.cause)));
  }
}
