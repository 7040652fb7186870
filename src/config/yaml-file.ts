import { isNode, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { nearestWord } from "./nearest.ts";
import type { Problem } from "./problem.ts";

/** A YAML text that knows on which line each of its values stands. */
export interface YamlFile {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  where(path: readonly PropertyKey[]): string;
}

export function readYaml(name: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error) => ({
    where: `${name}:${lines.linePos(error.pos[0]).line}`,
    what: `this is not YAML that can be read (${error.code.toLowerCase().replaceAll("_", " ")}). Expected lines such as "mode: live", indented with spaces.`,
  }));

  /** The nearest value above the path that is in the file: what is missing has no line of its own. */
  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }

  return {
    value: problems.length > 0 ? undefined : toValue(document),
    problems,
    where: (path) => `${name}:${lineOf(path)}${path.length > 0 ? `, ${path.map(String).join(".")}` : ""}`,
  };
}

function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

/** Zod's findings as sentences. Keys that are not known come with the nearest that is. */
export function problemsOf(error: z.ZodError, file: YamlFile, known: readonly string[]): readonly Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(file, issue.path, key, known));
    if (issue.code === "invalid_union") {
      const inner = issue.errors.flat().find((found) => found.code === "unrecognized_keys");
      const [key] = inner?.code === "unrecognized_keys" ? inner.keys : [];
      if (key !== undefined && isSecret(key)) return [unknownKey(file, issue.path, key, known)];
    }
    return [{ where: file.where(issue.path), what: sentence(issue) }];
  });
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? "this name is not allowed";
  const missing = "input" in issue && issue.input === undefined;
  if (issue.message.startsWith("expected")) return missing ? `missing: ${issue.message}` : issue.message;
  return issue.message.replace(/^Invalid input: /, "");
}

function unknownKey(file: YamlFile, path: readonly PropertyKey[], key: string, known: readonly string[]): Problem {
  const where = file.where([...path, key]);
  if (isSecret(key)) {
    return {
      where,
      what: "secrets do not belong into this file: expected in the environment, e.g. DRYDOCK_PROD_PASSWORD or DRYDOCK_PROD_TOKEN for a server called prod",
    };
  }
  const near = nearestWord(key, known);
  return {
    where,
    what: `there is no setting "${key}" here.${near ? ` Did you mean ${near}?` : ""} Example: see drydock.example.yml`,
  };
}

function isSecret(key: string): boolean {
  return /^(password|token|secret|botToken|appToken|key)$/i.test(key);
}
