import { z } from "zod";
import { type BreakerPolicy, DEFAULT_GATES, type FailureLimit } from "../model/policy.ts";

/** The settings of a server that say when a rollout stops itself. */
const NEVER: FailureLimit = { count: null, share: null, of: 1 };
const off = <T extends z.ZodType>(value: T, expected: string) =>
  z.union([z.literal("off").transform(() => null), value], expected);

function limit(given: FailureLimit) {
  const COUNT = "expected a number of agents, or off, e.g. count: 5";
  const SHARE = "expected a percentage from 1 to 100, or off, e.g. share: 20";
  const OF = "expected a number of agents, e.g. of: 10";
  return z
    .union(
      [
        z.literal("off").transform(() => NEVER),
        z.strictObject({
          count: off(z.int(COUNT).min(1, COUNT), COUNT)
            .optional()
            .transform((value) => (value === undefined ? given.count : value)),
          share: off(z.int(SHARE).min(1, SHARE).max(100, SHARE), SHARE)
            .optional()
            .transform((value) => (value === undefined ? given.share : value)),
          of: z.int(OF).min(1, OF).default(given.of),
        }),
      ],
      "expected off, or limits, e.g. {count: 5, share: 20, of: 10}",
    )
    .prefault({ count: given.count ?? "off", share: given.share ?? "off", of: given.of });
}

const { total, cause, relay } = DEFAULT_GATES.breaker;

export const breaker = z
  .union(
    [
      z.literal("off").transform((): BreakerPolicy => ({ total: NEVER, cause: NEVER, relay: NEVER })),
      z.strictObject({ total: limit(total), cause: limit(cause), relay: limit(relay) }),
    ],
    "expected off, or limits, e.g. breaker: {cause: {count: 5}, total: {share: 20, of: 10}}",
  )
  .prefault({});
