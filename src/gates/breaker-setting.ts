import { z } from "zod";
import { type BreakerPolicy, DEFAULT_GATES, type FailureLimit } from "../model/policy.ts";
import { fieldSetting } from "./setting.ts";

/** No number of failures pauses a rollout. */
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

const schema = z
  .union(
    [
      z.literal("off").transform((): BreakerPolicy => ({ total: NEVER, cause: NEVER, relay: NEVER })),
      z.strictObject({ total: limit(total), cause: limit(cause), relay: limit(relay) }),
    ],
    "expected off, or limits, e.g. breaker: {cause: {count: 5}, total: {share: 20, of: 10}}",
  )
  .prefault({});

export const breakerSetting = fieldSetting("breaker", {
  schema,
  fallback: DEFAULT_GATES.breaker,
  doc: {
    total: "Failures that pause a rollout. See Circuit breaker.",
    cause: "The same with one cause.",
    relay: "The same behind one relay.",
  },
  words: (limits) => [[breakerWords(limits)]],
});

function breakerWords({ total, cause, relay }: BreakerPolicy): string {
  const said = [
    ...limitWords(total, "in all"),
    ...limitWords(cause, "for one cause"),
    ...limitWords(relay, "behind one relay"),
  ];
  return said.length === 0
    ? "No number of failures pauses a rollout. Only a canary that fails does."
    : `A rollout pauses itself when a canary fails, or when these fail: ${said.join(", ")}.`;
}

function limitWords({ count, share, of }: FailureLimit, where: string): readonly string[] {
  return [
    ...(count === null ? [] : [`${count} agents ${where}`]),
    ...(share === null ? [] : [`${share}% of at least ${of} ${where}`]),
  ];
}
