import { readdirSync, readFileSync } from "node:fs";
import { parseSync, Visitor } from "oxc-parser";

/** A call of the log, as the source has it. */
export interface LogCall {
  readonly file: string;
  readonly level: string;
  /** Undefined if it is not a plain text: then it cannot be looked for. */
  readonly message: string | undefined;
  /** The names of the fields; undefined if they are not written out. */
  readonly fields: readonly string[] | undefined;
}

/** It only passes on what it is told. */
const PASSES_ON = "src/reporting/log-unwritable.ts";
const LEVELS = ["debug", "info", "warn", "error"];

/** Every call of a log in src and commands, by file. */
export function logCalls(): readonly LogCall[] {
  return ["src", "commands"]
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".ts") && file !== PASSES_ON)
    .sort()
    .flatMap((file) => logCallsIn(file, readFileSync(file, "utf8")));
}

export function logCallsIn(file: string, text: string): readonly LogCall[] {
  if (!/\blog\??\.(debug|info|warn|error)\(/.test(text)) return [];
  const found: LogCall[] = [];
  const visitor = new Visitor({
    CallExpression({ callee, arguments: [fields, message] }) {
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      const { object, property } = callee;
      const isLog =
        (object.type === "Identifier" && object.name === "log") ||
        (object.type === "MemberExpression" && object.property.type === "Identifier" && object.property.name === "log");
      if (!isLog || !LEVELS.includes(property.name)) return;
      found.push({
        file,
        level: property.name,
        message: message?.type === "Literal" && typeof message.value === "string" ? message.value : undefined,
        fields: fields?.type === "ObjectExpression" ? fields.properties.map(nameOf) : undefined,
      });
    },
  });
  visitor.visit(parseSync(file, text).program);
  return found;
}

/** Of what is spread the text is told, e.g. `...common`. */
function nameOf(property: { readonly type: string; readonly key?: unknown; readonly argument?: unknown }): string {
  const named = (property.key ?? property.argument) as { readonly name?: string; readonly value?: string };
  return `${property.type === "SpreadElement" ? "..." : ""}${named.name ?? named.value ?? "?"}`;
}
