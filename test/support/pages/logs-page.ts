import { logCalls } from "../log-calls.ts";

const ORDER = ["error", "warn", "info", "debug"];

/** The generated part of docs/operations/logs.md: every message, the gravest first. */
export function logTables(): string {
  const calls = logCalls();
  return ORDER.map((level) => {
    const rows = calls
      .filter((call) => call.level === level)
      .map(({ message = "?", fields = [] }) => `| ${message} | ${fields.map((field) => `\`${field}\``).join(", ")} |`);
    return [`### \`${level}\``, "", "| Message | Fields |", "| --- | --- |", ...new Set(rows)].join("\n");
  }).join("\n\n");
}
