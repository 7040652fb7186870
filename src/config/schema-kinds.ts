import { z } from "zod";
import { DEFAULT_GATES } from "../domain/policy.ts";
import { text } from "./schema-parts.ts";

/** The settings of a server that are about kinds of agents. */
const OWN_WAY =
  "expected operating systems whose agents upgrade in their own way, e.g. ownWay: {os: [z/OS]}; {os: []} takes all";

export const ownWay = z
  .strictObject(
    {
      os: z
        .array(text("expected what an agent's property sys.os.name says, or a glob, e.g. z/OS"), OWN_WAY)
        .default([...DEFAULT_GATES.ownWay.os]),
    },
    OWN_WAY,
  )
  .prefault({});
