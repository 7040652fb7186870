import { data, type Line, type View } from "../../core/view.ts";
import { aboutText, type DoctorFinding, type DoctorLevel, inOrder, levelCounts } from "./finding.ts";

/** The most findings that fit on a phone. */
const MAX_SHOWN = 10;

/** State is a word and a sign, never colour alone. */
const SIGNS: Readonly<Record<DoctorLevel, string>> = {
  problem: "■ problem",
  warning: "▲ warning",
  unchecked: "· not checked",
  ok: "✔ ok",
};

/** What doctor found, worst first. What is in order is only counted. @param again the server to look at again; null for no button. */
export function doctorView(found: readonly DoctorFinding[], again: readonly string[] | null): View {
  const faults = inOrder(found.filter(({ level }) => level !== "ok"));
  const shown = faults.slice(0, MAX_SHOWN);
  const summary = `Doctor: ${levelCounts(found)}`;
  const rest = faults.length - shown.length;
  return {
    key: "doctor",
    summary: [summary],
    parts: [
      { kind: "heading", text: summary },
      {
        kind: "text",
        lines: [
          ...(faults.length === 0 ? [["Nothing to do."]] : shown.map(faultLine)),
          ...(rest > 0
            ? [[`And ${rest} more. Where Drydock runs, `, data("drydock doctor"), " prints them all."]]
            : []),
        ],
      },
      ...(again
        ? [{ kind: "buttons", buttons: [{ label: "Check again", command: "doctor", args: again }] } as const]
        : []),
    ],
  };
}

function faultLine({ level, about, sentence, remedy }: DoctorFinding): Line {
  return [
    { bold: `${SIGNS[level]}, ${aboutText(about)}` },
    ": ",
    ...sentence,
    ...(remedy.length > 0 ? [" → ", ...remedy] : []),
  ];
}
