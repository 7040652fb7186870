import { UserError } from "../../core/user-error.ts";
import { compareVersions, parseVersion, type Version } from "../../core/version.ts";

const EXAMPLE = "Example: --from 6.2.7.1 --to 7.3";

/** A version as a person types it. Throws UserError with an example. */
export function readVersion(flag: "from" | "to", typed: string | undefined): Version | undefined {
  if (typed === undefined) return undefined;
  const version = parseVersion(typed);
  if (version) return version;
  throw new UserError(
    "not-a-version",
    `--${flag} requires a version (one to five numbers with dots between), not "${typed.slice(0, 60)}". ${EXAMPLE}`,
  );
}

/** The two ends of the way that is asked about; what was not typed is the server's own version. Throws UserError. */
export function readWay(given: {
  readonly from: Version | undefined;
  readonly to: Version | undefined;
  readonly serverVersion: string | undefined;
  readonly server: string;
}): { readonly from: Version; readonly to: Version } {
  const own = parseVersion(given.serverVersion ?? "");
  const [from, to] = [given.from ?? own, given.to ?? own];
  if (!from || !to)
    throw new UserError(
      "server-version-unknown",
      `${given.server} does not report its version. Type both ends. ${EXAMPLE}`,
    );
  const order = compareVersions(from, to);
  if (order === 0)
    throw new UserError(
      "same-version",
      `${from.text} is both the start and the end of the path: there is nothing to do. ${EXAMPLE}`,
    );
  if (order > 0)
    throw new UserError(
      "downgrade",
      `${from.text} is newer than ${to.text}, and there is no way back to an older version. ${EXAMPLE}`,
    );
  return { from, to };
}
