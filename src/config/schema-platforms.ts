import { z } from "zod";
import { DEFAULT_GATES } from "../model/policy.ts";
import { text } from "./schema-parts.ts";

/** The settings of a server that are about kinds of agents. */
const PLATFORMS =
  "expected the operating systems whose agents Drydock leaves out, e.g. unsupportedPlatforms: {os: [z/OS]}. {os: []} leaves none out";

export const unsupportedPlatforms = z
  .strictObject(
    {
      os: z
        .array(text("expected a value of the agents' property sys.os.name, or a glob, e.g. z/OS"), PLATFORMS)
        .default([...DEFAULT_GATES.unsupportedPlatforms.os]),
    },
    PLATFORMS,
  )
  .prefault({});
