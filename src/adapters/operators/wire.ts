import { z } from "zod";
import { OPERATOR_NAME } from "../../core/operator.ts";

/** One line of JSON each way, and the connection ends. */
const word = z.string().min(1).max(100);

export const callShape = z.strictObject({
  user: z.string().regex(OPERATOR_NAME),
  verb: z.enum(["pause", "stop"]),
  which: z.union([z.literal("all"), z.strictObject({ rollout: word }), z.strictObject({ server: word })]),
});

export const replyShape = z.union([
  z.strictObject({ done: z.literal(true), text: z.string(), rollouts: z.array(z.string()) }),
  z.strictObject({ done: z.literal(false), text: z.string(), reason: z.string() }),
]);

/** Bytes of a request, and of a reply. */
export const MAX_REQUEST = 2_048;
export const MAX_REPLY = 262_144;

/** The value of one line; undefined if it is no JSON. */
export function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
