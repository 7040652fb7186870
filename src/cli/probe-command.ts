import type { ProbedCall } from "../app/urbancode.ts";
import { takeSwitch, UsageError } from "./usage.ts";

/** What a server answers differently from what Drydock expects, as text or JSON that can be pasted into an issue. */
export async function runProbe(words: readonly string[], probe: () => Promise<readonly ProbedCall[]>): Promise<string> {
  const { on: json, rest } = takeSwitch(words, "json");
  if (rest.length > 0)
    throw new UsageError(
      `probe does not take "${rest[0]}". Example: drydock probe --url https://deploy.example.com:8443`,
    );
  const calls = await probe();
  if (json) return JSON.stringify({ calls }, null, 2);
  const different = calls.filter((call) => call.differences.length > 0).length;
  const head = `${calls.length} reads, ${different} of them otherwise than Drydock expects. Neither names nor values are in here.`;
  return [head, "", ...calls.flatMap(lines)].join("\n");
}

function lines(call: ProbedCall): readonly string[] {
  const size = call.entries === undefined ? `${call.bytes} bytes` : `${call.entries} entries, ${call.bytes} bytes`;
  const answered =
    call.status === undefined ? "no answer" : `${call.status} ${call.contentType}, ${size}, ${call.ms} ms`;
  return [
    `${call.differences.length === 0 ? "as expected" : "DIFFERENT  "}  ${call.call}: ${answered}`,
    ...call.differences.map((difference) => `    ${difference}`),
    ...(call.absent.length > 0 ? [`    not seen here: ${call.absent.join(", ")}`] : []),
    ...(call.unread.length > 0 ? [`    not read by Drydock: ${call.unread.join(", ")}`] : []),
  ];
}
