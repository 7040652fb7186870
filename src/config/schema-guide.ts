import { z } from "zod";
import { parseVersion } from "../core/version.ts";

const EXPECTED = 'expected a version in quotes, e.g. sslv3Below: "6.0"';

/** What the platform team knows about its agents that no server tells. */
export const guide = z
  .strictObject({
    sslv3Below: z
      .string(EXPECTED)
      .refine((text) => parseVersion(text) !== undefined, EXPECTED)
      .optional(),
  })
  .prefault({});
