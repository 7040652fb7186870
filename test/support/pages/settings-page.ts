import { configSchema, settingsOf } from "../../../src/config/json-schema.ts";
import { anchor } from "./read-documents.ts";

/** The sections of docs/configuration.md, each with the beginning that its settings share. */
const SECTIONS = ["ledger.", "slack.", "health.", "servers.*.", "people."];

/** The generated part of docs/configuration.md: every setting with its default. */
export function settingLists(): string {
  const settings = settingsOf(configSchema()).flatMap(({ path, schema: { description, default: value } }) =>
    typeof description === "string" ? [{ name: path.join("."), description, value }] : [],
  );
  return SECTIONS.map((prefix) => {
    const items = settings
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, description, value }) => item(`${name.slice(prefix.length)}${written(value)}`, description));
    const heading = `### \`${prefix.replace("*", "<name>").slice(0, -1)}\``;
    return [heading, "", ...items].join("\n");
  }).join("\n\n");
}

/** `See Own tokens.` becomes a link from the setting to the page's section of that name. */
function item(setting: string, description: string): string {
  const [, meaning = description, title] = /^(.*?) ?See ([A-Z][a-z ]+)\.$/.exec(description) ?? [];
  const name = title === undefined ? `\`${setting}\`` : `[\`${setting}\`](#${anchor(title)})`;
  return meaning === "" ? `- ${name}` : `- ${name}: ${meaning}`;
}

/** A default as it is written in the file. */
function written(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value) && value.length === 0) return "";
  if (typeof value === "object" && Object.keys(value).length === 0) return "";
  return `: ${yaml(value)}`;
}

function yaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yaml).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${name}: ${yaml(inner)}`)
    .join(", ")}}`;
}
