import { z } from "zod";
import { MEANINGS, SPELLINGS } from "../core/agent.ts";

const EXPECTED = `expected what the status means, one of ${MEANINGS.join(", ")}, e.g. statuses: {UPGRADE: upgrade-required}`;

/** What statuses mean that Drydock does not know, by the server's own spelling. */
export const statuses = z
  .record(
    z
      .string()
      .min(1, "expected a status as the server writes it, e.g. UPGRADE")
      .refine((spelling) => !Object.hasOwn(SPELLINGS, spelling), {
        error: ({ input }) =>
          `expected a status that Drydock does not know, e.g. UPGRADE: ${String(input)} means ${SPELLINGS[String(input)]} already`,
      }),
    z.enum(MEANINGS, EXPECTED),
    "expected statuses as the server writes them, each with what it means, e.g. statuses: {UPGRADE: upgrade-required}",
  )
  .default({});
