import { sameBecause } from "../../gates/other-name.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { inCommon, othersOf, readFacts } from "../../servers/same-servers.ts";
import type { Check } from "./check.ts";
import { ok, problem } from "./finding.ts";

/** Whether the configuration has another name for the server: the bot begins nothing on either then. */
export const serverOtherName: Check<[server: ManagedServer, answering: readonly ManagedServer[]]> = {
  code: "other-name",
  async run(_ports, server, answering) {
    const others = othersOf(server, answering);
    if (others.length === 0) return [];
    const mine = await factsOf(server);
    for (const other of others) {
      const common = inCommon(mine, await factsOf(other));
      if (!common) continue;
      return [
        problem(
          "other-name",
          [
            `${server.name} is the same server as ${other.name}, because `,
            ...sameBecause(common),
            ". Nothing begins on either.",
          ],
          ["Remove one of the two from the configuration, or write clone: true if one is a copy."],
        ),
      ];
    }
    return [ok("other-name", `${server.name} is another server than ${others.map(({ name }) => name).join(", ")}.`)];
  },
};

function factsOf({ fleet }: ManagedServer) {
  return readFacts({ list: fleet.agents, settings: fleet.settings });
}
