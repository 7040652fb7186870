import { z } from "zod";
import { parseVersion } from "../core/version.ts";
import { DEFAULT_RELAYS } from "../model/relay/settings.ts";
import { durationOr } from "./schema-parts.ts";

const MINIMUM = 'expected a version, e.g. minimum: "7.2" (with quotes: 7.10 without them would be 7.1)';
const { deadlines } = DEFAULT_RELAYS;

/** How old a server's relays may be, and how long each state of an upgrade of one may last. */
export const relays = z
  .strictObject({
    minimum: z
      .string(MINIMUM)
      .refine((text) => parseVersion(text) !== undefined, MINIMUM)
      .nullable()
      .default(null),
    clear: durationOr(deadlines.clear),
    begin: durationOr(deadlines.begin),
    back: durationOr(deadlines.back),
    agents: durationOr(deadlines.agents),
  })
  .prefault({})
  .transform(({ minimum, ...rest }) => ({ minimum, deadlines: rest }));
