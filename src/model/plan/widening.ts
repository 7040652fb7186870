import { relayWidening } from "../relay/relay-plan.ts";
import { everyAgent, type Plan } from "./plan.ts";

/** A sentence where a plan means more, or something else, than the one that was agreed to; undefined where it means that or less. */
export function widening(before: Plan, now: Plan): string | undefined {
  if (before.serverVersion !== now.serverVersion)
    return `The server was at ${before.serverVersion ?? "an unknown version"} when this plan was made and is at ${now.serverVersion ?? "an unknown version"} now.`;
  const versions = new Map(everyAgent(before).map((agent) => [agent.id, agent.version]));
  const relays = relayWidening(before, now);
  if (relays !== undefined) return relays;
  const added = everyAgent(now).filter((agent) => !versions.has(agent.id)).length;
  if (added > 0) return `${added} agents were not in the plan when it was made.`;
  const changed = everyAgent(now).filter((agent) => versions.get(agent.id) !== agent.version);
  if (changed.length > 0)
    return `${changed.length} of the agents have another version now than when this plan was made.`;
  const { options } = now;
  const same = options.reason === before.options.reason && (options.canary ?? 0) >= (before.options.canary ?? 0);
  const held = options.hold === true || before.options.hold !== true;
  const emergency = options.emergency === before.options.emergency;
  return same && held && emergency && options.slots <= before.options.slots
    ? undefined
    : "Its options are others than when it was made.";
}
