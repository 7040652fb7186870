import type { YamlFile } from "./yaml-file.ts";

/** A value of the example file that a person still has to replace. */
export interface Placeholder {
  readonly path: readonly PropertyKey[];
  readonly where: string;
  readonly value: string;
}

/** Slack's ids hold letters too: ten digits in a row are made up. */
const MADE_UP_ID = /^[CGUWS]0(123456789|234567890|345678901|987654321)$/;
const EXAMPLE_DOMAIN = /(^|\.)example\.(com|net|org)$/;

/** The example's channels, people and hosts in the file, keys of maps included. */
export function placeholdersIn(file: YamlFile): readonly Placeholder[] {
  const found: Placeholder[] = [];
  function look(value: unknown, path: readonly PropertyKey[]): void {
    if (typeof value === "string") {
      if (isPlaceholder(value, path)) found.push({ path, where: file.where(path), value });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        const place = [...path, Array.isArray(value) ? Number(key) : key];
        if (MADE_UP_ID.test(key)) found.push({ path: place, where: file.where(place), value: key });
        look(inner, place);
      }
    }
  }
  look(file.value, []);
  return found;
}

function isPlaceholder(value: string, path: readonly PropertyKey[]): boolean {
  if (path[1] === "emailDomains") return EXAMPLE_DOMAIN.test(value);
  return MADE_UP_ID.test(value) || (URL.canParse(value) && EXAMPLE_DOMAIN.test(new URL(value).hostname));
}
