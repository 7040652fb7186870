import { z } from "zod";
import { parseDuration, writtenDuration } from "./duration.ts";
import { urlProblem } from "./url-problem.ts";

/** Parts of the configuration's shape that several of its rooms use. */
export const duration = z
  .union([z.string(), z.number()], "expected a duration, e.g. 30s, 5m or 2h")
  .transform((value, context) => {
    const ms = parseDuration(String(value));
    if (ms !== undefined) return ms;
    context.addIssue({
      code: "custom",
      message: `expected a duration between 1ms and 24d, e.g. 30s, 5m or 2h, not ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  });

/** A duration that may be left out. Written as people do, so that editors show the default. */
export const durationOr = (ms: number) => duration.prefault(writtenDuration(ms));

export const person = z
  .string()
  .regex(/^[UW][A-Z0-9]{2,}$/, "expected a person's Slack id, e.g. U0123456789 (in Slack: profile, Copy member ID)");

export const port = (example: number) =>
  z
    .int(`expected a port, e.g. ${example}`)
    .min(1, `expected a port from 1 to 65535, e.g. ${example}`)
    .max(65_535, `expected a port from 1 to 65535, e.g. ${example}`);

export const url = (example: string) =>
  z.string(`expected a URL, e.g. ${example}`).refine((written) => urlProblem(written) === undefined, {
    error: ({ input }) => `expected a URL ${urlProblem(String(input))}, e.g. ${example}`,
  });
