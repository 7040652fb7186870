import type { ServerCheck } from "./check.ts";
import { ok, unchecked, warning } from "./finding.ts";

const MINUTE = 60_000;
/** The vendor lists a skew of more than about five minutes among the causes of agents that do not come back. */
const MAX_SKEW = 5 * MINUTE;

/** Whether the server's clock and that of Drydock's machine agree. */
export const serverClock: ServerCheck = {
  code: "server-clock",
  async run(_ports, { name, fleet }) {
    const ahead = await fleet.ahead();
    if (ahead === undefined)
      return [unchecked("server-clock", [`${name} does not report its time, so Drydock did not compare the clocks.`])];
    if (Math.abs(ahead) <= MAX_SKEW)
      return [ok("server-clock", `The clocks of ${name} and of Drydock's machine agree.`)];
    const minutes = Math.round(Math.abs(ahead) / MINUTE).toLocaleString("en");
    return [
      warning(
        "server-clock",
        [`The clock of ${name} is ${minutes} min ${ahead > 0 ? "ahead of" : "behind"} that of Drydock's machine.`],
        ["Synchronise both clocks (NTP). Agents whose clock is 5 min from the server's may not come back."],
      ),
    ];
  },
};
