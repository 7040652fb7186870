import { logCalls } from "../log-calls.ts";

const ORDER = ["error", "warn", "info", "debug"];

/** docs/operations/log-messages.csv: every message with its fields, the gravest first. */
export function logMessages(): string {
  const rows = ORDER.flatMap((level) =>
    logCalls()
      .filter((call) => call.level === level)
      .map(({ message = "?", fields = [] }) => [level, message, fields.join(" ")].map(cell).join(",")),
  );
  return ["level,message,fields", ...new Set(rows), ""].join("\n");
}

function cell(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
