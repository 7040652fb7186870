import type { Cause } from "../../core/cause.ts";
import { decideContinue } from "../../domain/gates/decide-start.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Clock } from "../ports.ts";
import { changeRollout, whyAsked } from "../rollouts/change-rollout.ts";
import { findRollout, type RolloutPorts } from "../rollouts/find-rollout.ts";
import { UserError } from "../user-error.ts";
import { causesText } from "../views/cause-text.ts";
import type { ReadRest } from "./rest-rights.ts";

export interface Resumer {
  /**
   * Goes on with a paused rollout with the person's rights, read afresh on every agent that still waits. Why it has to be approved
   * first; undefined where it goes on. Throws UserError where the person may not.
   */
  resume(server: ManagedServer, id: string, person: string): Promise<readonly Cause[] | undefined>;
}

const refused = (why: string) => new UserError("resume-refused", why);

export function createResumer(ports: RolloutPorts & { readonly readRest: ReadRest; readonly clock: Clock }): Resumer {
  const { readRest, clock } = ports;
  return {
    async resume(server, id, person) {
      const read = await readRest(server, findRollout(ports, id).rollout, person);
      const events = await changeRollout(ports, { id, person, refused }, ({ rollout }) =>
        decideContinue(rollout, { ...read, policy: server.policy, now: clock.now(), typed: true }),
      );
      const moved = events.find((event) => event.type === "rollout.paused")?.data.causes;
      const because = whyAsked(events);
      if (moved && !because)
        throw new UserError("server-version-changed", [
          ...causesText(moved),
          " Press Continue again if that is what you want.",
        ]);
      return because;
    },
  };
}
