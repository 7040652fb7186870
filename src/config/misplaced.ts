import { distance } from "fastest-levenshtein";
import { nearestWord } from "./nearest.ts";

type Path = readonly PropertyKey[];
export type SettingPath = readonly string[];

/** What to say of a setting that does not belong where it is written. `servers` are the names of the file's servers. */
export function misplacedSentence(
  key: string,
  {
    path,
    value,
    known,
    servers,
  }: { path: Path; value: unknown; known: readonly SettingPath[]; servers: readonly string[] },
): string {
  const here = namesUnder(path, known);
  const named = (name: string) => known.filter((one) => one.at(-1) === name).map((one) => one.slice(0, -1));
  const places = (parents: readonly SettingPath[]) =>
    list(
      parents.map((one) => placeOf(one, path, servers)),
      "or",
    );

  const near = nearestWord(key, here);
  if (near && distance(key, near) === 1) return `there is no setting "${key}" here. Did you mean ${near}?`;
  const right = named(key);
  if (right.length > 0 && right.length <= 3) {
    const [first] = right;
    const example =
      first && right.length === 1 ? ` Example: ${exampleOf(placeOf(first, path, servers), key, value)}` : "";
    return `${key} belongs under ${places(right)}.${example}`;
  }
  if (path.length === 0 && isServer(value))
    return `${key} looks like a server. It belongs under servers. Example: servers: {${key}: {url: …}}`;
  if (near) return `there is no setting "${key}" here. Did you mean ${near}?`;
  const far = nearestWord(key, [...new Set(known.flatMap((one) => one.at(-1) ?? []))]);
  const parents = far === undefined ? [] : named(far);
  if (far && parents.length <= 3) return `there is no setting "${key}". Did you mean ${far}, under ${places(parents)}?`;
  const some = here.length > 0 && here.length <= 12 ? `The settings here are ${list([...here].sort(), "and")}.` : "";
  return `there is no setting "${key}" here. ${some || "docs/configuration.md lists all settings."}`;
}

/** Whether a name under `servers` is a setting of a server, written one level too high. */
export function isServerSetting(name: string, value: unknown, known: readonly SettingPath[]): boolean {
  return !isServer(value) && known.some((one) => one.length === 3 && one[0] === "servers" && one[2] === name);
}

export function isServer(value: unknown): boolean {
  return typeof value === "object" && value !== null && "url" in value;
}

/** The settings that there are at a place of the file. */
export function namesUnder(path: Path, known: readonly SettingPath[]): readonly string[] {
  const there = known.filter((one) => one.length === path.length + 1 && isUnder(one, path));
  return there.flatMap((one) => one.at(-1) ?? []).filter((name) => name !== "*" && name !== "[]");
}

function isUnder(setting: SettingPath, path: Path): boolean {
  return path.every((part, i) => setting[i] === "*" || setting[i] === (typeof part === "number" ? "[]" : part));
}

/** `servers.prod.limits`: with the server's name, as far as it can be known. */
function placeOf(parent: SettingPath, path: Path, servers: readonly string[]): string {
  const own = path[0] === "servers" && typeof path[1] === "string" ? path[1] : undefined;
  const name = own ?? (servers.length === 1 ? servers[0] : undefined) ?? "<server>";
  const parts = parent
    .filter((part) => part !== "[]")
    .map((part, i) => (part === "*" ? (i === 1 ? name : "<name>") : part));
  return parts.length > 0 ? parts.join(".") : "no other setting, at the top of the file";
}

function exampleOf(place: string, key: string, value: unknown): string {
  const shown = typeof value === "number" || typeof value === "boolean" ? String(value) : "…";
  const [first = "", ...rest] = place.split(".");
  const inner = [...rest, key].reduceRight((text, name) => `{${name}: ${text}}`, shown);
  return `${first}: ${inner}`;
}

function list(names: readonly string[], last: "and" | "or"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}
