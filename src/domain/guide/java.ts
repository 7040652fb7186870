import { compareVersions, parseVersion } from "../version.ts";

/** From this version of the server on, the server and its relays need this Java. What agents need is not documented apart from it. */
export interface JavaMinimum {
  readonly from: string;
  readonly java: number;
  readonly source: string;
}

const SOURCE = "vendor's known causes of agents that do not come back: wrong or unsupported Java";

/** The source of a minimum that the platform team has written down for its own agents. */
export const CONFIGURED = "the configuration";

export const JAVA_MINIMUMS: readonly JavaMinimum[] = [
  { from: "6.2.2", java: 8, source: SOURCE },
  { from: "7.0.2", java: 11, source: SOURCE },
  { from: "8.2", java: 17, source: SOURCE },
];

/** The least Java at a version, of its own server and relays; undefined where none is documented or the version is not known. */
export function javaMinimum(version: string | undefined, minimums = JAVA_MINIMUMS): JavaMinimum | undefined {
  const at = parseVersion(version ?? "");
  if (!at) return undefined;
  return minimums.findLast(({ from }) => {
    const first = parseVersion(from);
    return first !== undefined && compareVersions(at, first) >= 0;
  });
}

/** The minimum that is new to whatever goes from one version to another; undefined where it is the same as before. */
export function raisedJava(
  from: string | undefined,
  to: string | undefined,
  minimums = JAVA_MINIMUMS,
): JavaMinimum | undefined {
  const wanted = javaMinimum(to, minimums);
  return wanted && wanted.java > (javaMinimum(from, minimums)?.java ?? 0) ? wanted : undefined;
}
