import { z } from "zod";
import { CONFIGURED, type JavaMinimum } from "../domain/guide/java.ts";
import { DEFAULT_GATES } from "../domain/policy.ts";
import { compareVersions, parseVersion } from "../domain/version.ts";
import { text } from "./schema-parts.ts";

/** The settings of a server that are about kinds of agents. */
const OWN_WAY =
  "expected the operating systems whose agents Drydock leaves out, e.g. ownWay: {os: [z/OS]}. {os: []} leaves none out";

export const ownWay = z
  .strictObject(
    {
      os: z
        .array(text("expected a value of the agents' property sys.os.name, or a glob, e.g. z/OS"), OWN_WAY)
        .default([...DEFAULT_GATES.ownWay.os]),
    },
    OWN_WAY,
  )
  .prefault({});

const MINIMUMS =
  'expected which Java agents need from which version of the server on, e.g. [{from: "7.0.2", java: 11}]. [] switches this check off';
const RELEASE = "expected a release of Java, e.g. 11";

const minimum = z.strictObject(
  {
    from: z
      .string('expected a version in quotes, e.g. "7.0.2"')
      .refine((version) => parseVersion(version) !== undefined, 'expected a version in quotes, e.g. "7.0.2"'),
    java: z.int(RELEASE).min(4, RELEASE).max(99, RELEASE),
  },
  MINIMUMS,
);

export const java = z
  .strictObject({
    minimums: z
      .array(minimum, MINIMUMS)
      .optional()
      .transform((value): readonly JavaMinimum[] => (value ? ascending(value) : DEFAULT_GATES.java.minimums)),
    property: text("expected the name of an agent's property, e.g. java.version")
      .optional()
      .transform((value) => value ?? null),
  })
  .prefault({});

function ascending(minimums: readonly z.infer<typeof minimum>[]): readonly JavaMinimum[] {
  const partsOf = (version: string) => parseVersion(version) ?? { text: version, parts: [] };
  return [...minimums]
    .sort((a, b) => compareVersions(partsOf(a.from), partsOf(b.from)))
    .map((each) => ({ ...each, source: CONFIGURED }));
}
