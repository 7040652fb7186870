import type { Level, Sentence, ShortFinding } from "../core/finding.ts";
import { data, type Line } from "../core/view.ts";
import { findingText } from "./finding-text.ts";

/** State is a word and a sign, never colour alone. */
export const SIGNS: Readonly<Record<Level, string>> = {
  stop: "■ stop",
  warn: "▲ warn",
  note: "· note",
  fine: "✔ fine",
};

/** Where what is said to Drydock has to name its server, and what the slash word is. */
export interface Saying {
  readonly word: string;
  /** Undefined where there is only one server. */
  readonly server: string | undefined;
}

/** What is to be said becomes something to copy; everything else stays. */
export function spoken(sentence: Sentence, { word, server }: Saying): Line {
  const where = server === undefined ? "" : ` --server ${server}`;
  return sentence.map((piece) =>
    typeof piece === "object" && "say" in piece
      ? data(`${word} ${piece.say}${NAMELESS.test(piece.say) ? "" : where}`)
      : piece,
  );
}

/** What needs no server, or says it already. */
const NAMELESS = /^(whoami|status|unfreeze|check --from)\b/;

const MAX_STOPS = 3;

/** A plan is read on a phone: every finding that says stop, otherwise the worst one. They are worst first. */
function onPhone<F extends { readonly level: Level }>(findings: readonly F[]): readonly F[] {
  const stops = findings.filter(({ level }) => level === "stop").slice(0, MAX_STOPS);
  return stops.length > 0 ? stops : findings.slice(0, 1);
}

/** The same findings, short, for a plan's card; undefined = it was not looked at. */
export function shortNotes(
  findings: readonly ShortFinding[] | undefined,
  server: string,
  saying: Saying,
): readonly Line[] {
  if (!findings || findings.length === 0) return [];
  const shown = onPhone(findings);
  const rest = findings.length - shown.length;
  const lines = shown.map(({ level, cause }): Line => [`${SIGNS[level]}: `, ...spoken(findingText(cause), saying)]);
  const more: Line = [rest > 0 ? ` And ${rest} more: ` : " More: ", data(`${saying.word} check ${server}`)];
  return [...lines.slice(0, -1), [...(lines.at(-1) ?? []), ...more]];
}

/** The same on the card of a request, for those who approve; undefined = it was not looked at, or nobody wrote it down. */
export function askedNotes(findings: readonly ShortFinding[] | undefined): readonly Line[] {
  if (!findings) return [];
  const shown = onPhone(findings);
  const rest = findings.length - shown.length;
  return [
    ...shown.map(
      ({ level, cause }): Line => [
        `${SIGNS[level]}: `,
        ...findingText(cause).map((piece) => (typeof piece === "object" && "say" in piece ? data(piece.say) : piece)),
      ],
    ),
    ...(rest > 0 ? [[`And ${rest} more.`]] : []),
  ];
}
