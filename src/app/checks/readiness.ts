import type { ServerStatus, ServerStatuses } from "../../core/server-status.ts";
import { inForce } from "../../domain/gates/freeze.ts";
import { openingWords, zoneOf } from "../../domain/gates/windows.ts";
import type { Finding, Sentence } from "../../domain/guide/finding.ts";
import { sayWhen } from "../../domain/when.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { slotsOf, slotWords } from "../servers/slots.ts";
import { notWatchedWords, watchedNow } from "../servers/watched-now.ts";
import { activityFindings } from "./activity-findings.ts";
import type { ServerReadings } from "./server-readings.ts";

export interface ReadinessPorts {
  readonly projections: Projections;
  readonly clock: Clock;
  readonly statuses: Pick<ServerStatuses, "of">;
}

/** Whether a rollout could begin now: the server's rules, its freeze and window, its slots, and what it is busy with. */
export function readinessFindings(
  server: ManagedServer,
  readings: ServerReadings,
  ports: ReadinessPorts,
): readonly Finding[] {
  const status = watchedNow(ports.statuses, server.name);
  const twin = status?.twin;
  const found = [
    ...(twin ? [of("stop", [twin], ["The platform team removes one of the two names, or writes clone: true."])] : []),
    ...ruleFindings(server, ports),
    ...busyFindings(server, readings),
    ...slotFindings(server, status, ports),
  ];
  const stands = found.some(({ level }) => level === "stop" || level === "warn");
  return stands ? found : [...found, of("fine", ["Upgrades may begin now, by the rules of this server."], [])];
}

function of(level: Finding["level"], sentence: Sentence, todo: Sentence): Finding {
  return { topic: "preflight", level, sentence, todo };
}

function ruleFindings({ name, policy }: ManagedServer, { projections, clock }: ReadinessPorts): readonly Finding[] {
  const found: Finding[] = [];
  const now = clock.now();
  if (policy.mode === "observe")
    found.push(
      of(
        "stop",
        [`${name} is only observed: plans are made there, and nothing is upgraded.`],
        ['The platform team can set "mode: live" for it in the configuration.'],
      ),
    );
  const freeze = inForce(projections.claims(name).freeze, now);
  if (freeze)
    found.push(
      of(
        "stop",
        [
          `${name} is frozen by `,
          { person: freeze.by.person },
          freeze.until === null
            ? " until somebody unfreezes it: "
            : ` until ${sayWhen(freeze.until, [zoneOf(policy.windows), "UTC"])}: `,
          { data: freeze.reason },
          ".",
        ],
        ["Wait, or have whoever froze it (or an approver) end it: ", { say: `unfreeze ${name}` }, "."],
      ),
    );
  const opens = openingWords(policy.windows, now);
  if (opens)
    found.push(
      of(
        "warn",
        [`No window is open now: nothing begins before ${opens}.`],
        ["Plan for it: ", { say: "upgrade-required --at next-window" }, "."],
      ),
    );
  return found;
}

/** Agent upgrades are not listed among what the maintenance mode blocks. Source: the reference, section 2.4. */
function busyFindings({ policy }: ManagedServer, { settings, activity, agents }: ServerReadings): readonly Finding[] {
  const found: Finding[] = [];
  const { maintenance } = settings ?? {};
  if (policy.whenBusy === "require_maintenance" && maintenance !== true)
    found.push(
      of(
        "stop",
        [
          maintenance === false
            ? "The server is not in maintenance mode, and by its rules nothing begins outside it."
            : "The server does not tell whether it is in maintenance mode, and by its rules nothing begins outside it.",
        ],
        ["Have maintenance mode switched on there, or see that Drydock's account may read the system configuration."],
      ),
    );
  else if (maintenance === true)
    found.push(
      of(
        "fine",
        ["The server is in maintenance mode: it takes no new processes, and upgrades are not among what it blocks."],
        [],
      ),
    );
  return [...found, ...activityFindings(policy, agents, activity)];
}

function slotFindings(
  server: ManagedServer,
  status: ServerStatus | undefined,
  { projections }: ReadinessPorts,
): readonly Finding[] {
  if (!status)
    return [of("stop", [notWatchedWords(server.name)], ["See whether Drydock's process runs, and what its log says."])];
  if (!status.answers)
    return [
      of(
        "stop",
        [`${server.name} gave no usable answer when it was last looked at: nothing begins until it does.`],
        ["See whether it runs, and can be reached from where Drydock runs."],
      ),
    ];
  const slots = slotsOf(projections, server, status);
  const inUse = `Slots in use: ${slotWords(slots)}.`;
  if (slots.open - slots.ours - slots.external <= 0)
    return [
      of("warn", [inUse, " None is free now."], ["It goes on by itself as upgrades end; see ", { say: "status" }, "."]),
    ];
  if (slots.open < slots.of)
    return [of("note", [inUse], ["More open by themselves as the server answers without trouble."])];
  return [of("fine", [inUse], [])];
}
