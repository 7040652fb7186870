import { z } from "zod";
import { DEFAULT_GATES } from "../domain/policy.ts";
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
