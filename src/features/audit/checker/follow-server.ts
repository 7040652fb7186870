import type { StoredEvent } from "../../../model/events.ts";
import type { ServerCourse } from "./course.ts";

/** Takes one event of a server's stream: the rules in force, freezes, and upgrades by other people. */
export function followServer(server: ServerCourse, event: StoredEvent): void {
  switch (event.type) {
    case "policy.set":
      server.policyHash = event.data.hash;
      return;
    case "server.frozen":
      server.freeze = { by: event.data.by, until: event.data.until };
      server.freezeUnknown = false;
      return;
    case "server.unfrozen":
      server.freeze = undefined;
      server.freezeUnknown = false;
      return;
    case "elsewhere.started":
      for (const { id } of event.data.agents) server.external.add(id);
      return;
    case "elsewhere.over":
      for (const id of event.data.agents) server.external.delete(id);
      return;
    default:
  }
}
