import { resolve } from "node:path";
import { ledgerSettings } from "../config/load.ts";
import { OperatorError } from "../core/ports.ts";
import { archivable } from "../model/rollout/archivable.ts";
import { MAX_COUNTED_AGE } from "../projections/past-rollouts.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";
import { quoted, UsageError } from "./usage-error.ts";

export const backup = defineCommand({
  name: "backup",
  summary: "Copies the ledger and checks the copy",
  notes: [
    "It may run beside the bot. It needs the ledger's key, and no other secret.",
    "Keep the copy apart from the key.",
  ],
  word: { hint: "FILE", summary: "the copy, a file that does not exist yet", required: true, many: false },
  options: CONFIG,
  example: "drydock backup ./drydock-2026-11-24.db",
  exits: { done: "the copy is complete and its chain is right", failed: "there is no copy" },
  async run({ words, values }, { env, ledger }) {
    const [to = ""] = words;
    const rows = await ledger.backup(ledgerSettings({ file: configFile(values, env), env }), to);
    const text = `${to}: ${rows.toLocaleString("en")} rows, file and chain checked. Keep it apart from the ledger's key.`;
    return { text, json: { file: to, rows } };
  },
});

export const acceptLedger = defineCommand({
  name: "accept-ledger",
  summary: "Lets the bot start with a ledger that lacks rows",
  notes: [
    "Stop the bot first. Without --confirm it changes nothing, and says what Drydock may forget.",
    "The acceptance is recorded in the ledger.",
    "If the ledger is in PostgreSQL, stop all replicas, and name ledger.file all the same: its hint is beside it.",
  ],
  word: { hint: "LEDGER", summary: "the ledger's file, as the configuration names it", required: true, many: false },
  options: {
    confirm: { type: "string", hint: "WORD", summary: "the word that the command prints without this option" },
    ...CONFIG,
  },
  example: "drydock accept-ledger ./drydock.db",
  exits: { done: "the next start opens the ledger", failed: "nothing was changed; standard error says why" },
  async run({ words: [typed = ""], values: { confirm, config } }, { env, ledger }) {
    const settings = ledgerSettings({ file: configFile({ config }, env), env });
    const { file } = settings;
    if (resolve(typed) !== file)
      throw new UsageError(
        `${quoted(typed)} is not the ledger that the configuration names. Example: drydock accept-ledger ${file}`,
      );
    const what = await ledger.toAccept(settings);
    if (!what)
      return {
        text: `${file} has everything that its hint recorded: there is nothing to accept.`,
        json: { file, accepted: false },
      };
    if (confirm !== what.word)
      throw new OperatorError(
        [
          what.sentence,
          "If you accept it, Drydock forgets what it recorded since:",
          "- It may request an upgrade that is in flight a second time.",
          "- Stops, pauses, freezes, approvals and emergencies since then no longer count.",
          "- Rollouts since then have no record, and Drydock no longer updates their cards.",
          "At the next start Drydock first looks on each server for upgrades that it may have forgotten. Until then it begins nothing there.",
          `To accept it: drydock accept-ledger ${file} --confirm ${what.word}`,
        ].join("\n"),
      );
    await ledger.accept(settings);
    const next = what.toMove ? "Move it into the database now: drydock migrate-ledger" : "Start the bot now.";
    const text = `${file} is accepted as it is, and the ledger records that. ${next}`;
    return { text, json: { file, accepted: true } };
  },
});

export const rotateKey = defineCommand({
  name: "rotate-key",
  summary: "Seals the ledger with a new key",
  notes: [
    "Stop the bot first. It makes a new key file, and keeps the old one beside it for older backups.",
    "If the key is in the environment, DRYDOCK_LEDGER_KEY is the new one and DRYDOCK_LEDGER_KEY_OLD the one in use.",
    "The key of a ledger in PostgreSQL is always in the environment. Give every replica the new one.",
  ],
  options: CONFIG,
  example: "drydock rotate-key --config drydock.yml",
  exits: {
    done: "the ledger has the new key",
    failed: "standard error says why, and the same command finishes what was begun",
  },
  async run({ values }, { env, ledger }) {
    const { from, to, oldKeyFile } = await ledger.rotateKey(ledgerSettings({ file: configFile(values, env), env }));
    const kept = oldKeyFile ?? "DRYDOCK_LEDGER_KEY_OLD";
    const text = `The ledger's key has the fingerprint ${to} now. The old key (${from}) is in ${kept}. Older backups need it: move it to where they are.`;
    return { text, json: { fingerprint: to, old: { fingerprint: from, in: kept } } };
  },
});

const RETAIN_EXAMPLE = "drydock retain --before 2026-01-01 --archive ./rollouts-2025.jsonl";

export const retain = defineCommand({
  name: "retain",
  summary: "Archives old rollouts, and what people typed and read",
  notes: ["Stop the bot first. The ledger keeps a sealed link for each archived row, so the chain still proves them."],
  options: {
    before: { type: "string", hint: "DAY", required: true, summary: "the first day (UTC) of which everything stays" },
    archive: { type: "string", hint: "FILE", required: true, summary: "the archive, a file that does not exist yet" },
    ...CONFIG,
  },
  example: RETAIN_EXAMPLE,
  exits: {
    done: "the rollouts are archived, or there were none",
    failed: "standard error says why, and the same command finishes what was begun",
  },
  async run({ values: { before, archive, config } }, { env, clock, ledger }) {
    const day = dayOf(before);
    if (day > clock.now() - MAX_COUNTED_AGE)
      throw new UsageError(
        `--before takes a day that began at least 26 hours ago, not ${quoted(before)}: newer rollouts still count for approvals. Example: ${RETAIN_EXAMPLE}`,
      );
    const settings = ledgerSettings({ file: configFile({ config }, env), env });
    const { streams, rows, single, shrunk } = await ledger.retain(settings, { archive, before: day }, (events) =>
      archivable(events, day),
    );
    const json = { archive, streams, rows, single };
    if (rows + single === 0)
      return {
        text: `No rollout ended before ${before}, and no one asked Drydock for anything: it archived nothing.`,
        json: { ...json, archive: null },
      };
    const number = (count: number) => count.toLocaleString("en");
    const text = `${archive}: ${number(rows)} rows of ${number(streams)} streams, and ${number(single)} rows of what people typed and read, archived out of the ledger. The chain still proves them.`;
    if (shrunk === false)
      return {
        text: `${text} The ledger's file could not be made smaller: that needs as much free room as the file has. Drydock fills the room in it again.`,
        json,
      };
    return { text, json };
  },
});

/** Midnight UTC of a day that exists, in ms since 1970. */
function dayOf(written: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(written) ? Date.parse(`${written}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(written))
    throw new UsageError(`--before takes a day as YYYY-MM-DD, not ${quoted(written)}. Example: ${RETAIN_EXAMPLE}`);
  return ms;
}
