import { type Logger, pino } from "pino";
import { escapeControls } from "./core/view.ts";

/** Keys that no log line shows, in whatever it is handed. */
const SECRET_KEYS = [
  "token",
  "password",
  "secret",
  "authorization",
  "Authorization",
  "secrets",
  "values",
  "credentials",
];
const MAX_STACK_LENGTH = 8_000;
const MAX_CAUSES = 5;
/** Characters that wait to be written when the output fails. The next line tries them again; what is beyond is dropped. */
const MAX_UNWRITTEN = 1_000_000;

/** JSON lines. Of an error only what it says and where it happened: what packages hang on it may hold requests with their headers. */
export function createLog(level: string, destination?: { write(line: string): void }): Logger {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const hooks = { streamWrite: escapeControls };
  const options = { level, hooks, serializers: { error: plainError }, redact: { paths, censor: "[secret]" } };
  return pino(options, destination ?? standardOutput());
}

/** A disk that is full, or a terminal that is gone, takes lines from the log. It does not end Drydock. */
function standardOutput() {
  const output = pino.destination({ dest: 1, sync: true, maxLength: MAX_UNWRITTEN });
  return output.on("error", () => undefined);
}

interface PlainError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string;
  readonly cause?: PlainError;
}

function plainError(error: unknown, depth = 0): PlainError {
  if (!(error instanceof Error))
    return { type: typeof error, message: String(error).slice(0, 2_000), stack: undefined };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const cause = error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: plainError(error.cause, depth + 1) };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack?.slice(0, MAX_STACK_LENGTH),
    ...code,
    ...cause,
  };
}
