import { parseRange, parseVersion } from "../../core/version.ts";
import { data } from "../../core/view.ts";
import type { ServerCheck } from "./check.ts";
import { ok, warning } from "./finding.ts";

/** Source: docs/urbancode-deploy.md, whose calls are documented for these. */
const SUPPORTED = parseRange(">=6.2 <8.3");

export const serverVersion: ServerCheck = {
  code: "server-version",
  async run(_ports, { name, fleet }) {
    const told = await fleet.version();
    const version = parseVersion(told ?? "");
    if (told === undefined || !version)
      return [
        warning(
          "server-version-unknown",
          [
            `The start page of ${name} does not show its version: Drydock does not know which agents are older than it.`,
          ],
          [`Let Drydock's machine open ${name}'s start page without a login page in front of it.`],
        ),
      ];
    if (SUPPORTED?.includes(version)) return [ok("server-version", `${name} is at version `, data(told), ".")];
    return [
      warning(
        "server-version-untested",
        [`${name} is at version `, data(told), ", which Drydock was not made for (6.2 to 8.2)."],
        ["Run ", data("drydock probe"), " against it, and begin with mode: observe."],
      ),
    ];
  },
};
