import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import type { FormValues } from "../../core/call.ts";
import { Secret } from "../../core/secret.ts";
import type { Choice, Field, FieldErrors, Modal } from "../../core/view.ts";
import { cut, visible } from "./mrkdwn.ts";
import { plain } from "./plain.ts";
import { drawParts } from "./to-message.ts";

/** Source: docs/slack-limits.md, "Messages and views". */
const BLOCKS = 100;
const TITLE = 24;
const OPTIONS = 100;
const BOXES = 10;
const OPTION_TEXT = 75;
const OPTION_VALUE = 150;
const HINT = 2_000;
const PLACEHOLDER = 150;
const INITIAL = 3_000;
const METADATA = 3_000;
/** Slack documents no limit for what it shows below a field: a phone has room for so much. */
const ERROR = 150;

export const FORM = "drydock:form";
const FIELD = "drydock:field:";
const SECRET = "drydock:secret:";
export const FIELD_ACTION = /^drydock:field:/;

/** What a modal remembers between being opened and being answered. */
export interface Memory {
  readonly channel: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Draws a modal within Slack's limits. Throws where what it has to remember does not fit: that is a bug in the command. */
export function toModal(modal: Modal, channel: string): ModalView {
  const fields = (modal.form?.fields ?? []).map(drawField);
  const parts = drawParts(modal.parts, BLOCKS - fields.length);
  const memory: Memory = { channel, command: modal.form?.command ?? "", args: modal.form?.args ?? [] };
  const metadata = JSON.stringify(memory);
  if (metadata.length > METADATA)
    throw new Error(
      `The modal "${modal.title}" has ${metadata.length} characters to remember; Slack takes ${METADATA}.`,
    );
  return {
    type: "modal",
    callback_id: FORM,
    title: plain(modal.title, TITLE),
    close: plain("Close", TITLE),
    ...(modal.form ? { submit: plain(modal.form.submit, TITLE) } : {}),
    private_metadata: metadata,
    blocks: [...parts, ...fields] as KnownBlock[],
  };
}

function drawField(field: Field): InputBlock {
  const base = {
    type: "input" as const,
    block_id: field.id,
    optional: field.required !== true,
    label: plain(field.label, HINT),
    ...(field.hint ? { hint: plain(field.hint, HINT) } : {}),
  };
  if (field.kind === "secret")
    return { ...base, element: { type: "plain_text_input", action_id: `${SECRET}${field.id}` } };
  const action_id = `${FIELD}${field.id}`;
  if (field.kind === "text")
    return {
      ...base,
      element: {
        type: "plain_text_input",
        action_id,
        ...(field.value ? { initial_value: cut(field.value, INITIAL) } : {}),
      },
    };
  if (field.kind === "person") return { ...base, element: { type: "users_select", action_id } };
  if (field.kind === "choices") {
    const options = toOptions(field.choices).slice(0, BOXES);
    const ticked = options.filter(({ value }) => value !== undefined && field.value.includes(value));
    return {
      ...base,
      element: { type: "checkboxes", action_id, options, ...(ticked.length > 0 ? { initial_options: ticked } : {}) },
    };
  }
  const chosen = toOptions(field.value);
  return {
    ...base,
    element: {
      type: "multi_external_select",
      action_id,
      min_query_length: 0,
      placeholder: plain(field.placeholder, PLACEHOLDER),
      ...(chosen.length > 0 ? { initial_options: chosen } : {}),
    },
  };
}

export function toOptions(choices: readonly Choice[]): PlainTextOption[] {
  return choices
    .filter(({ value }) => value !== "" && value.length <= OPTION_VALUE)
    .slice(0, OPTIONS)
    .map(({ value, label }) => ({ text: plain(label, OPTION_TEXT), value }));
}

export function toErrors({ errors }: FieldErrors): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).map(([field, text]) => [field, cut(visible(text), ERROR)]));
}

/** Undefined where it is nothing that Drydock opened. */
export function readMemory(metadata: string): Memory | undefined {
  try {
    const value: unknown = JSON.parse(metadata);
    if (typeof value !== "object" || value === null) return undefined;
    const { channel, command, args } = value as Partial<Record<keyof Memory, unknown>>;
    const isArgs = Array.isArray(args) && args.every((arg) => typeof arg === "string");
    return typeof channel === "string" && typeof command === "string" && isArgs
      ? { channel, command, args }
      : undefined;
  } catch {
    return undefined;
  }
}

interface FilledIn {
  readonly value?: string | null;
  readonly selected_user?: string | null;
  readonly selected_options?: readonly { readonly value?: string }[] | null;
}

/** What was filled in, by field. @param state the view's `state.values`: by block, then by action. */
export function readValues(state: Readonly<Record<string, Readonly<Record<string, FilledIn>>>>): FormValues {
  const values: Record<string, readonly string[]> = {};
  for (const [field, actions] of Object.entries(state)) {
    if (`${SECRET}${field}` in actions) continue;
    const filled = actions[`${FIELD}${field}`];
    const chosen = filled?.selected_options?.flatMap((option) => option.value ?? []);
    const one = filled?.value ?? filled?.selected_user;
    values[field] = chosen ?? (one ? [one] : []);
  }
  return values;
}

/** What was filled into secret fields: only here, and only as secrets. */
export function readSecrets(
  state: Readonly<Record<string, Readonly<Record<string, FilledIn>>>>,
): Readonly<Record<string, Secret>> {
  return Object.fromEntries(
    Object.entries(state).flatMap(([field, actions]): [string, Secret][] => {
      const value = actions[`${SECRET}${field}`]?.value;
      return value ? [[field, new Secret(value)]] : [];
    }),
  );
}
