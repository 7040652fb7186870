import { data, type Line } from "../../core/view.ts";

/** The version that agents get: the server's, if it reports one. */
export function toVersion(version: string | undefined): Line {
  return version
    ? ["To ", data(version), ", the server's version."]
    : ["To the server's version, which the server does not report."];
}
