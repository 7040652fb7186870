import { type LocalTime, readStart } from "../../conversation/local-time.ts";
import type { FormValues } from "../../core/call.ts";
import { isNameOnly, matchesPattern, toPattern } from "../../core/glob.ts";
import { foldName, literal, plainText, plainWord } from "../../core/typed-text.ts";
import { UserError } from "../../core/user-error.ts";
import type { Choice } from "../../core/view.ts";
import type { Draft } from "./drafts.ts";

/** So much of a list is shown in the form. What was left out beyond that stays left out. */
export const MAX_CHOICES = 100;

type ChosenFlag = "exclude" | "only";

/** The flags that the form fills in; all others of the command stay as they were. */
const TEXT_FLAGS = ["slots", "canary", "at"];
const SWITCHES = ["hold", "include-offline"];
const FORM_FLAGS = ["exclude", "only", ...TEXT_FLAGS, ...SWITCHES, "reason", "emergency"];

/** What fits into a search field: agents of the plan by part of their name, and first of all the glob itself. */
export function searchPlan(draft: Draft, query: string): readonly Choice[] {
  const typed = plainText(query).replaceAll("`", "").trim();
  const isGlob = !isNameOnly(typed);
  const wanted = foldName(typed);
  const pattern = toPattern(wanted);
  const fits = draft.result.plan.agents.filter(({ name }) =>
    isGlob ? matchesPattern(pattern, foldName(name)) : foldName(name).includes(wanted),
  );
  const all: Choice[] =
    isGlob && fits.length > 0 ? [{ value: `glob:${typed}`, label: `all ${fits.length} that match ${typed}` }] : [];
  return [...all, ...fits.map(({ id, name }) => ({ value: `id:${id}`, label: name }))].slice(0, MAX_CHOICES);
}

/** What is left out and what alone is taken already, as choices that can be taken back: the first of them, as far as the form has room. */
export function initialChoices({ selection }: Draft): Readonly<Record<ChosenFlag, readonly Choice[]>> {
  const toChoices = (words: readonly string[]) => words.map((word, i): Choice => ({ value: `said:${i}`, label: word }));
  return { exclude: toChoices(selection.exclude), only: toChoices(selection.only) };
}

/** The time that the command has, as it was typed. */
export function typedStart({ said }: Pick<Draft, "said">): string {
  const flag = said.find((word) => word.startsWith("--at="));
  return plainWord(flag?.slice("--at=".length) ?? "");
}

/** Everything that is wrong in the form, by field; undefined = nothing. */
export function checkForm(
  draft: Draft,
  values: FormValues,
  localTime: LocalTime,
): Readonly<Record<string, string>> | undefined {
  const errors: Record<string, string> = {};
  const slots = textIn(values, "slots");
  const most = draft.server.policy.slots;
  if (slots !== "" && !(isWhole(slots) && Number(slots) >= 1 && Number(slots) <= most))
    errors.slots = `A whole number from 1 to ${most}, for example ${most}. At most 10 at once is the vendor's advice.`;
  const canary = textIn(values, "canary");
  if (canary !== "" && !isWhole(canary)) errors.canary = "A whole number, for example 3, or nothing.";
  else if (canary !== "" && Number(canary) === 0 && values.options?.includes("hold"))
    errors.canary = "At least 1, because the rollout waits after the canaries.";
  const reason = textIn(values, "reason");
  if (reason.length > 500) errors.reason = "500 characters at most.";
  if (reason === "" && draft.selection.emergency) errors.reason = "An emergency requires a reason.";
  const at = textIn(values, "at");
  const wrong = at === "" ? undefined : startProblem(draft, at, localTime);
  if (wrong !== undefined) errors.at = wrong;
  return Object.keys(errors).length > 0 ? errors : undefined;
}

function startProblem({ server, selection }: Draft, at: string, localTime: LocalTime): string | undefined {
  if (selection.emergency) return "An emergency starts at once: leave the start empty.";
  try {
    readStart(at, server, localTime);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** The command that makes the adjusted plan: the old one with the form's flags. */
export function adjustments(draft: Draft, values: FormValues): readonly string[] {
  const flag = (name: string, words: readonly string[]) =>
    words.filter((word) => word !== "").map((word) => `--${name}=${literal(word)}`);
  const chosen = (name: ChosenFlag) => {
    const picked = (values[name] ?? []).flatMap((value) => toWord(draft, name, value) ?? []);
    return [...new Set([...picked, ...draft.selection[name].slice(MAX_CHOICES)])];
  };
  return [
    ...withoutFlags(draft.said),
    ...flag("exclude", chosen("exclude")),
    ...flag("only", chosen("only")),
    ...TEXT_FLAGS.flatMap((name) => flag(name, [textIn(values, name)])),
    // The text of --emergency is the reason.
    ...flag(draft.selection.emergency ? "emergency" : "reason", [textIn(values, "reason")]),
    ...SWITCHES.filter((name) => values.options?.includes(name)).map((name) => `--${name}`),
  ];
}

function withoutFlags(said: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < said.length; i += 1) {
    const word = said[i] ?? "";
    const name = word.startsWith("--") ? (word.slice(2).split("=")[0] ?? "") : undefined;
    if (name === undefined || !FORM_FLAGS.includes(name)) kept.push(word);
    else if (!word.includes("=") && !SWITCHES.includes(name)) i += 1;
  }
  return kept;
}

function toWord({ selection, result }: Draft, flag: ChosenFlag, value: string): string | undefined {
  const [, kind, rest = ""] = /^(said|id|glob):(.*)$/s.exec(value) ?? [];
  if (kind === "said") return selection[flag][Number(rest)];
  return kind === "id" ? result.plan.agents.find(({ id }) => id === rest)?.name : kind && rest;
}

function textIn(values: FormValues, field: string): string {
  return values[field]?.[0]?.trim() ?? "";
}

function isWhole(text: string): boolean {
  return /^\d{1,6}$/.test(text);
}
