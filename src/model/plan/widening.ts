import { type Cause, cause } from "../../core/cause.ts";
import { relayWidening } from "../relay/relay-plan.ts";
import { everyAgent, type Plan } from "./plan.ts";

/** Why a plan means more, or something else, than the one that was agreed to; undefined where it means that or less. */
export function widening(before: Plan, now: Plan): Cause | undefined {
  if (before.serverVersion !== now.serverVersion)
    return cause("server-version-differs", { before: before.serverVersion, now: now.serverVersion });
  const versions = new Map(everyAgent(before).map((agent) => [agent.id, agent.version]));
  const relays = relayWidening(before, now);
  if (relays !== undefined) return relays;
  const added = everyAgent(now).filter((agent) => !versions.has(agent.id)).length;
  if (added > 0) return cause("agents-added", { agents: added });
  const changed = everyAgent(now).filter((agent) => versions.get(agent.id) !== agent.version);
  if (changed.length > 0) return cause("agent-versions-differ", { agents: changed.length });
  const { options } = now;
  const same = options.reason === before.options.reason && (options.canary ?? 0) >= (before.options.canary ?? 0);
  const held = options.hold === true || before.options.hold !== true;
  const emergency = options.emergency === before.options.emergency;
  return same && held && emergency && options.slots <= before.options.slots ? undefined : cause("options-differ");
}
