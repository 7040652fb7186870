import { duration } from "../core/format.ts";
import type { Clock } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { lineText } from "../core/view.ts";
import { blockedAt, phraseOf } from "../gates/index.ts";
import { isOver } from "../model/rollout/rollout.ts";
import { situationOf, slotsOf, slotWords, watchedNow } from "../servers/server-status.ts";
import { defineCommand } from "./command.ts";
import { CONFIG } from "./config-option.ts";
import { LOCAL_NOTES, type LocalLook, sourceJson, sourceLines, withLocalLook } from "./local-look.ts";
import { number, rolloutJson, rolloutRow, rolloutTable } from "./rollout-table.ts";
import { rolloutWaits } from "./rollout-waits.ts";
import { type StyledLine, table } from "./styled-text.ts";

export const status = defineCommand({
  name: "status",
  summary: "Shows whether the bot runs, servers and rollouts",
  notes: LOCAL_NOTES,
  word: { hint: "SERVER", summary: "only this server", required: false, many: false },
  options: CONFIG,
  example: "drydock status --config drydock.yml",
  exits: { done: "the status was printed, whatever it says", failed: "the ledger could not be read" },
  run: ({ words: [asked], values }, ports) =>
    withLocalLook(values, ports, async (look) => {
      const servers = chosen(look, asked).map((server) => describe(server, look, ports.clock));
      const rollouts = servers.flatMap(({ open }) => open);
      const json = {
        ...sourceJson(look),
        servers: servers.map(({ name, mode, slots, blocked, age, open }) => ({
          ...{ name, mode, slots, rollouts: open.length, statusAgeMs: age ?? null },
          blocked: blocked.map(({ gate, text }) => ({ gate, text })),
        })),
        rollouts: rollouts.map((rollout) => ({
          ...rolloutJson(look.projections, rollout),
          waits: rolloutWaits(look, rollout, ports.clock),
        })),
      };
      const lines: readonly StyledLine[] = [
        ...sourceLines(look),
        [],
        ...table(HEADS, servers.map(rowOf)),
        ...servers.flatMap(remarksOf),
        [],
        ...rolloutTable(rollouts.map((rollout) => rolloutRow(look.projections, rollout))),
        ...rollouts.flatMap((rollout) =>
          rolloutWaits(look, rollout, ports.clock).map((text): StyledLine => [`${rollout.id}: ${text}`]),
        ),
      ];
      return { text: lines, json };
    }),
});

const HEADS = ["SERVER", "MODE", "SLOTS IN USE", "UPGRADES", "ROLLOUTS", "SEEN"];

type Described = ReturnType<typeof describe>;

function describe({ name, policy }: LocalLook["servers"][number], look: LocalLook, clock: Clock) {
  const { projections, statuses, holder } = look;
  const watched = holder === null ? undefined : watchedNow(statuses, name);
  const blocked = blockedAt("dispatch", "server", situationOf({ name }, watched, { projections, clock }), policy);
  return {
    name,
    mode: policy.mode,
    slots: slotsOf(projections, { name, policy }, watched),
    blocked: blocked.map((found) => ({ gate: found.gate, text: lineText(phraseOf(found)) })),
    /** Of the status, in ms. */
    age: statuses.of(name)?.age,
    open: projections.openRollouts(name).filter((rollout) => !isOver(rollout)),
  };
}

function rowOf({ name, mode, slots, blocked, age, open }: Described): StyledLine {
  return [
    { text: name, style: "bold" },
    mode,
    `${slots.ours + slots.external} of ${slots.of}`,
    blocked.length === 0 ? { text: "may start", style: "good" } : { text: "do not start", style: "warning" },
    number(open.length),
    age === undefined ? "never" : `${duration(age)} ago`,
  ];
}

/** What keeps upgrades from starting, and fewer slots than usual. */
function remarksOf({ name, slots, blocked }: Described): readonly StyledLine[] {
  const fewer = slots.open < slots.of ? [`Slots in use: ${slotWords(slots)}.`] : [];
  return [...blocked.map(({ text }) => text), ...fewer].map((text) => [`${name}: ${text}`]);
}

function chosen({ servers }: LocalLook, asked: string | undefined): LocalLook["servers"] {
  if (asked === undefined) return servers;
  const found = servers.filter(({ name }) => name === asked);
  if (found.length > 0) return found;
  const names = servers.map(({ name }) => name).join(", ");
  throw new UserError("no-such-server", [
    "The configuration has no server ",
    { data: asked.slice(0, 60) },
    `. It has: ${names}.`,
  ]);
}
