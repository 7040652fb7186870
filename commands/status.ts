import { standing } from "../src/app/asking/standing.ts";
import { defineCommand } from "../src/app/command.ts";
import { frozenLine } from "../src/app/gates/freezes.ts";
import { siteNamed } from "../src/app/plans/selection.ts";
import { progressOf } from "../src/app/rollouts/settle.ts";
import { slotWords } from "../src/app/servers/slots.ts";
import type { Services } from "../src/app/services.ts";
import type { Site } from "../src/app/site.ts";
import { ServerError } from "../src/app/urbancode.ts";
import { type Line, say } from "../src/app/view.ts";
import { tally } from "../src/app/views/card-view.ts";
import { openReviewLine } from "../src/app/views/review-views.ts";
import { startWords } from "../src/app/views/schedule-views.ts";
import { count } from "../src/app/views/words.ts";
import { within } from "../src/app/within.ts";
import type { AgentStatus } from "../src/domain/agent.ts";
import { isReviewOpen } from "../src/domain/gates/emergency.ts";
import { openingWords } from "../src/domain/gates/windows.ts";
import { isOver } from "../src/domain/rollouts/rollout.ts";

export const status = defineCommand({
  name: "status",
  summary: "agents by status, slots in use and rollouts under way",
  inThread: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents status prod" },
  async handler(args, { services, call }) {
    const here = call.thread === undefined ? undefined : services.rolloutOfThread(call.channel, call.thread);
    if (here && args.words.length === 0)
      return say("rollout-status", [{ bold: here.id }, `: ${tally(progressOf(services.board, here))}`]);
    const sites =
      args.words[0] === undefined
        ? [...services.sites.values()]
        : [siteNamed(services.sites, args.words[0].toLowerCase())];
    const described = await Promise.all(sites.map((site) => describe(site, services, call.person)));
    return say("status", ...described.flat());
  },
});

const MOST_VERSIONS = 5;
/** How long one server may keep the others' answer waiting, in ms. */
const PATIENCE = 5_000;

/** One server that does not answer spoils nothing for the others. */
async function describe(site: Site, services: Services, person: string): Promise<readonly Line[]> {
  const mode = site.policy.mode === "observe" ? " It is only observed: nothing can be started there." : "";
  const lines: Line[] = [[`Slots in use: ${slotWords(services.slots(site))}.${mode}`]];
  const opens = openingWords(site.policy.windows, services.clock.now());
  const frozen = frozenLine(services.board, site, services.clock.now());
  if (frozen) lines.push([...frozen, " Nothing begins there meanwhile."]);
  if (opens) lines.push([`No window is open now: nothing begins before ${opens}.`]);
  for (const rollout of services.board.rollouts.values()) {
    if (rollout.plan.server !== site.name) continue;
    if (isReviewOpen(rollout)) lines.push(openReviewLine(rollout));
    if (isOver(rollout)) continue;
    const starts = startWords(rollout, site.policy);
    lines.push([
      { bold: rollout.id },
      ` (${starts ? `scheduled for ${starts}` : rollout.status === "requested" ? "asks for approval" : rollout.status}, `,
      { person: rollout.owner },
      `): ${tally(progressOf(services.board, rollout))}`,
    ]);
  }
  return [...(await told(site, services, person)), ...lines];
}

/** What the server itself tells, to somebody who is known there. */
async function told(site: Site, services: Services, person: string): Promise<readonly Line[]> {
  const read = async (): Promise<readonly Line[]> => {
    try {
      const [who, tally] = await Promise.all([standing(site, services.identities, person), counts(site)]);
      return who.known ? [[{ bold: site.name }, `: ${tally}`], who.line] : [who.line];
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      return [[{ bold: site.name }, `: no usable answer. ${error.message}`]];
    }
  };
  const late: Line = [{ bold: site.name }, `: no usable answer within ${PATIENCE / 1_000} s.`];
  return (await within(services.clock, PATIENCE, read())) ?? [late];
}

async function counts({ fleet, urbancode }: Site): Promise<string> {
  const [agents, version] = await Promise.all([fleet.agents(), fleet.version()]);
  const byStatus = new Map<AgentStatus, number>();
  for (const agent of agents) byStatus.set(agent.status, (byStatus.get(agent.status) ?? 0) + 1);
  const byVersion = new Map<string, number>();
  for (const { version: at } of agents) if (at) byVersion.set(at, (byVersion.get(at) ?? 0) + 1);
  const versions = [...byVersion]
    .sort(([, a], [, b]) => b - a)
    .map(([name, n]) => `${n.toLocaleString("en")} at ${name}`);
  const rest = versions.length > MOST_VERSIONS ? ` and ${versions.length - MOST_VERSIONS} more versions` : "";
  const said = [...byStatus].sort(([, a], [, b]) => b - a).map(([name, n]) => `${n.toLocaleString("en")} ${name}`);
  return `${agents.length.toLocaleString("en")} agents${version ? `, server ${version}` : ""}: ${said.join(", ") || "none visible to Drydock's account"}.${namelessWords(urbancode.nameless())} ${versions.slice(0, MOST_VERSIONS).join(", ")}${rest}`;
}

function namelessWords(n: number): string {
  return n === 0 ? "" : ` ${count(n, "more entry has", "more entries have")} an id and no name.`;
}
