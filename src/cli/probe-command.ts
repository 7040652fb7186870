import { count } from "../core/format.ts";
import { UserError } from "../core/user-error.ts";
import type { ProbedCall } from "../model/deploy-server.ts";
import { defineCommand } from "./command.ts";
import { CONNECTION, CONNECTION_NOTES, readConnection } from "./connection.ts";

export const probe = defineCommand({
  name: "probe",
  summary: "Compares a server's answers with what Drydock expects",
  notes: [...CONNECTION_NOTES, "The report holds neither names nor values, so you can paste it into an issue."],
  options: CONNECTION,
  example: "drydock probe --url https://deploy.example.com:8443",
  exits: { done: "the report was printed, whatever it says", failed: "the server answered nothing" },
  async run({ values }, ports) {
    const calls = await ports.probe(readConnection(values, ports.env));
    if (calls.every(({ status }) => status === undefined))
      throw new UserError(
        "no-answers",
        `The server answered none of ${calls.length} reads: ${calls[0]?.differences[0] ?? ""}`,
      );
    return { text: reportOf(calls), json: { calls } };
  },
});

function reportOf(calls: readonly ProbedCall[]): string {
  const different = calls.filter((call) => call.differences.length > 0).length;
  const head = `${calls.length} reads, ${different} different from what Drydock expects. This report holds no names and no values.`;
  return [head, "", ...calls.flatMap(lines)].join("\n");
}

function lines(call: ProbedCall): readonly string[] {
  const size =
    call.entries === undefined
      ? `${call.bytes} bytes`
      : `${count(call.entries, "entry", "entries")}, ${call.bytes} bytes`;
  const answered =
    call.status === undefined ? "no answer" : `${call.status} ${call.contentType}, ${size}, ${call.ms} ms`;
  return [
    `${call.differences.length === 0 ? "as expected" : "DIFFERENT  "}  ${call.call}: ${answered}`,
    ...call.differences.map((difference) => `    ${difference}`),
    ...(call.absent.length > 0 ? [`    not in this answer: ${call.absent.join(", ")}`] : []),
    ...(call.unread.length > 0 ? [`    not read by Drydock: ${call.unread.join(", ")}`] : []),
  ];
}
