import { count, duration, names } from "../../core/format.ts";
import { momentText, timestamp } from "../../core/moment.ts";
import { type Line, lineText } from "../../core/view.ts";
import type { LedgerAudit } from "./audit-ledger.ts";
import { CLAIM_IDS, CLAIMS, type Claim, type ClaimResult, type Verdict, verdictOf } from "./checker/claims.ts";
import type { RolloutAudit } from "./checker/replay.ts";

export const VERDICTS: Readonly<Record<Verdict, { readonly sign: string; readonly word: string }>> = {
  proven: { sign: "✔", word: "proven" },
  finding: { sign: "✘", word: "finding" },
  "not-recorded": { sign: "?", word: "not recorded" },
  waived: { sign: "!", word: "waived" },
  nothing: { sign: "·", word: "nothing to check" },
};

/** The worst verdict of a rollout's claims. */
export function worstOf({ claims }: RolloutAudit): Verdict {
  const verdicts = new Set(CLAIM_IDS.map((claim) => verdictOf(claims[claim])));
  return (
    (["finding", "not-recorded", "waived", "proven"] as const).find((verdict) => verdicts.has(verdict)) ?? "nothing"
  );
}

export function hasFindings({ rollouts }: LedgerAudit): boolean {
  return rollouts.some((audit) => worstOf(audit) === "finding");
}

/** What a claim's verdict rests on, one line each. */
export function groundsOf(result: ClaimResult): readonly Line[] {
  const { proven, waived, unrecorded, missing, findings, found, notes, longest } = result;
  const more = found - findings.length;
  return [
    ...findings.map(({ row, text }): Line => [`Row ${row}: `, ...text]),
    ...(more > 0 ? [[`And ${count(more, "more finding")}.`]] : []),
    ...(missing
      ? [
          [
            `${count(unrecorded, "event")} of ${proven + waived + unrecorded + found} from row ${missing.row} on: the ledger lacks ${missing.what}.`,
          ],
        ]
      : []),
    ...notes.map(({ row, text }): Line => [`Row ${row}: `, ...text]),
    ...(longest ? [[longestText(longest)]] : []),
  ];
}

function longestText({ of, ms, row }: NonNullable<ClaimResult["longest"]>): string {
  if (of === "reading") return `Oldest reading: ${timeText(ms)} before row ${row}.`;
  return `Longest from the record to the server's answer: ${timeText(ms)}, at row ${row}.`;
}

export function timeText(ms: number): string {
  return ms < 1_000 ? "less than 1 s" : duration(ms);
}

/** The audit for a terminal: of one rollout each claim, of all only what is not proven. */
export function auditText(audit: LedgerAudit, asked: string | undefined): string {
  const { rows, newest, archived, archivings, notGiven, accepted, rollouts } = audit;
  const chain = [
    `The ledger's chain is whole: ${count(rows, "row")}.${newest ? newestText(rows, newest) : ""}`,
    ...(archived > 0
      ? [`${count(archived, "row")} of them are archived: the chain proves them, and the audit cannot read them.`]
      : []),
    ...archivings.map((one) => `${archivedText(one)}${notGiven.includes(one) ? " That archive was not given." : ""}`),
    ...accepted.map(acceptedText),
  ];
  const body = asked === undefined ? unprovenText(rollouts) : rollouts.flatMap(rolloutText);
  return [...chain, "", ...body, ...(body.length > 0 ? [""] : []), summaryOf(rollouts)].join("\n");
}

/** When a rollout left the ledger, and where to; undefined if the ledger does not say so. */
export function archivedSince(archivings: LedgerAudit["archivings"], rollout: string): string | undefined {
  const archiving = archivings.find(({ data }) => data.rollouts.includes(rollout));
  return archiving && `${rollout} is archived. ${archivedText(archiving)}`;
}

function archivedText({ position, at, data: { rows, archive, by } }: LedgerAudit["archivings"][number]): string {
  return `Row ${position}: ${by} archived ${count(rows, "row")} on ${momentText({ at })}, into ${archive}.`;
}

/** How old a copy is: the chain cannot prove that nothing is missing at its end. */
function newestText(rows: number, { row, at }: NonNullable<LedgerAudit["newest"]>): string {
  return ` The newest${row === rows ? "" : " that is not archived"} is from ${momentText({ at })}.`;
}

function acceptedText({ position, at, data: { had, found, by } }: LedgerAudit["accepted"][number]): string {
  const lost = had
    ? `Rows ${found.position + 1} to ${had.position} of the ledger before are lost`
    : `What the ledger held after row ${found.position} is not known`;
  return `Row ${position}: ${by} accepted on ${momentText({ at })} that the ledger lacks rows. ${lost}.`;
}

function rolloutText(audit: RolloutAudit): readonly string[] {
  const claims = CLAIM_IDS.flatMap((claim) => claimText(audit, claim, verdictOf(audit.claims[claim])));
  return [headOf(audit), ...claims];
}

function claimText({ claims }: RolloutAudit, claim: Claim, verdict: Verdict): readonly string[] {
  const { sign, word } = VERDICTS[verdict];
  const grounds = groundsOf(claims[claim]).map((line) => `        ${lineText(line)}`);
  return [`    ${sign} ${CLAIMS[claim]}: ${word}`, ...grounds];
}

/** Findings by rollout. What is not recorded or was waived is often the same for many rollouts, so it is listed by claim. */
function unprovenText(rollouts: readonly RolloutAudit[]): readonly string[] {
  const found = rollouts
    .filter((audit) => worstOf(audit) === "finding")
    .flatMap((audit) => {
      const broken = CLAIM_IDS.filter((claim) => verdictOf(audit.claims[claim]) === "finding");
      return [headOf(audit), ...broken.flatMap((claim) => claimText(audit, claim, "finding"))];
    });
  const lacking = CLAIM_IDS.flatMap((claim) => {
    const concerned = rollouts.filter(({ claims }) => claims[claim].unrecorded > 0);
    if (concerned.length === 0) return [];
    const lacks = [...new Set(concerned.map(({ claims }) => claims[claim].missing?.what))].join(", ");
    const ids = lineText(names(concerned.map(({ id }) => id)));
    const { sign, word } = VERDICTS["not-recorded"];
    return [`${sign} ${CLAIMS[claim]}: ${word} for ${ids}. The ledger lacks ${lacks}.`];
  });
  const waived = CLAIM_IDS.flatMap((claim) => {
    const ids = rollouts.filter(({ claims }) => claims[claim].waived > 0).map(({ id }) => id);
    const { sign, word } = VERDICTS.waived;
    return ids.length === 0 ? [] : [`${sign} ${CLAIMS[claim]}: ${word} in an emergency for ${lineText(names(ids))}.`];
  });
  const others = [...lacking, ...waived];
  return [...found, ...(found.length > 0 && others.length > 0 ? [""] : []), ...others];
}

function headOf(audit: RolloutAudit): string {
  const { sign, word } = VERDICTS[worstOf(audit)];
  return `${sign} ${titleOf(audit)}: ${word}`;
}

function titleOf({ id, owner, began, state, upgrades }: RolloutAudit): string {
  const at = `from ${momentText({ at: began })}`;
  if (state === "stray") return `${id} (not under way, ${count(upgrades, "attempt")}, ${at})`;
  return `${id} (${owner}, ${count(upgrades, "attempt")}, ${at}${state === "open" ? ", not over" : ""})`;
}

/** `3 rollouts: 1 with findings, 2 proven.` */
export function summaryOf(rollouts: readonly RolloutAudit[]): string {
  const number = (verdict: Verdict) => rollouts.filter((audit) => worstOf(audit) === verdict).length;
  const parts = [
    [number("finding"), "with findings"],
    [number("not-recorded"), "not fully recorded"],
    [number("waived"), "proven but for waived approvals"],
    [number("proven"), "proven"],
    [number("nothing"), "with nothing to check"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, words]) => `${n.toLocaleString("en")} ${words}`);
  return `${count(rollouts.length, "rollout")}${said.length > 0 ? `: ${said.join(", ")}` : ""}.`;
}

/** The whole audit for programs. Times are ISO 8601. */
export function auditJson({ rows, newest, archived, archivings, notGiven, accepted, rollouts }: LedgerAudit): object {
  const archives = archivings.map((archiving) => {
    const { position, at, data } = archiving;
    return { row: position, at: iso(at), ...data, before: iso(data.before), notGiven: notGiven.includes(archiving) };
  });
  const acceptances = accepted.map(({ position, at, data }) => ({ row: position, at: iso(at), ...data }));
  const last = newest ? { row: newest.row, at: iso(newest.at) } : null;
  return {
    chain: "whole",
    rows,
    newest: last,
    archived,
    archives,
    accepted: acceptances,
    rollouts: rollouts.map(rolloutJson),
  };
}

function rolloutJson(audit: RolloutAudit): object {
  const { id, server, owner, from, began, state, upgrades } = audit;
  const claims = CLAIM_IDS.map((claim) => {
    const result = audit.claims[claim];
    const { proven, waived, unrecorded, missing, findings, found, notes, longest } = result;
    return {
      claim,
      verdict: verdictOf(result),
      ...{ proven, waived, unrecorded, found },
      ...(missing ? { lacks: missing.what, row: missing.row } : {}),
      findings: findings.map(({ row, at, text }) => ({ row, at: iso(at), text: lineText(text) })),
      ...(longest ? { longest } : {}),
      notes: notes.map(({ row, text }) => ({ row, text: lineText(text) })),
    };
  });
  const first = { row: from, at: iso(began) };
  return { id, server, owner, first, state, upgrades, verdict: worstOf(audit), claims };
}

/** `2026-11-26T22:30:00.000Z`. */
export function iso(at: number): string {
  const ms = String(Math.floor(at - Math.floor(at / 1_000) * 1_000)).padStart(3, "0");
  return `${timestamp(at).replace(" ", "T")}.${ms}Z`;
}
