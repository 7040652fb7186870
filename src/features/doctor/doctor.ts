import { OperatorError, SlackError } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { data } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { ServerError } from "../../model/deploy-server.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Check, DoctorPorts, ServerCheck } from "./check.ts";
import { type About, type DoctorFinding, type Found, problem, warning } from "./finding.ts";
import {
  ledgerChain,
  ledgerClock,
  ledgerKey,
  ledgerReplicas,
  ledgerSpace,
  ledgerStandbys,
  ledgerWritable,
} from "./ledger-checks.ts";
import { serverAccount } from "./server-account.ts";
import { serverAnswers } from "./server-answers.ts";
import { serverApprovers } from "./server-approvers.ts";
import { serverCertificate } from "./server-certificate.ts";
import { serverClock } from "./server-clock.ts";
import { serverCounts } from "./server-counts.ts";
import { serverDeployments } from "./server-deployments.ts";
import { serverOtherName } from "./server-other-name.ts";
import { serverPeople } from "./server-people.ts";
import { serverPermissions } from "./server-permissions.ts";
import { serverRelays } from "./server-relays.ts";
import { serverRoles } from "./server-roles.ts";
import { serverVersion } from "./server-version.ts";
import { appToken, botToken, scopes } from "./slack-app.ts";
import { slackChannels } from "./slack-channels.ts";
import { slackOnCall } from "./slack-on-call.ts";

/** How long one check may take, in ms, unless it is unlimited. */
const CHECK_TIMEOUT = 20_000;

const OF_SLACK: readonly [Check, ...Check[]] = [botToken, scopes, appToken, slackChannels, slackOnCall];
const OF_SERVERS: readonly [ServerCheck, ...ServerCheck[]] = [
  serverAnswers,
  serverCertificate,
  serverVersion,
  serverClock,
  serverAccount,
  serverPermissions,
  serverRoles,
  serverRelays,
  serverDeployments,
  serverCounts,
  serverApprovers,
  serverPeople,
];
const OF_THE_LEDGER: readonly Check[] = [
  ledgerKey,
  ledgerWritable,
  ledgerClock,
  ledgerStandbys,
  ledgerReplicas,
  ledgerSpace,
];

/** What is examined. */
export interface Scope {
  readonly servers: readonly ManagedServer[];
  /** Slack itself, and the ledger. */
  readonly own: boolean;
}

/** Looks for mistakes in the configuration, in Slack and on the servers, before people meet them. It changes nothing. */
export interface Doctor {
  /** Everything, unless a scope is given. One server that does not answer holds up no other. */
  examine(scope?: Scope): Promise<readonly DoctorFinding[]>;
}

export function createDoctor(ports: DoctorPorts): Doctor {
  const { clock } = ports;

  async function carryOut<S extends readonly unknown[]>(check: Check<S>, ...subject: S): Promise<readonly Found[]> {
    try {
      const found = check.run(ports, ...subject);
      if (check.unlimited) return await found;
      return (await withTimeout(clock, CHECK_TIMEOUT, found)) ?? [notInTime(check.code)];
    } catch (error) {
      return [notDone(check.code, error)];
    }
  }

  /** If the first check finds a problem, the others would only repeat it. */
  async function carryOutAll<S extends readonly unknown[]>(
    [first, ...rest]: readonly [Check<S>, ...Check<S>[]],
    ...subject: S
  ): Promise<readonly Found[]> {
    const begin = await carryOut(first, ...subject);
    if (hasProblem(begin)) return begin;
    return [...begin, ...(await Promise.all(rest.map((check) => carryOut(check, ...subject)))).flat()];
  }

  async function ofLedger(): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (const check of OF_THE_LEDGER) {
      found.push(...(await carryOut(check)));
      if (hasProblem(found)) break;
    }
    return found;
  }

  return {
    async examine(scope = { servers: [...ports.servers.values()], own: true }) {
      const [slack, ledger, ...servers] = await Promise.all([
        scope.own ? carryOutAll(OF_SLACK) : [],
        scope.own ? ofLedger() : [],
        ...scope.servers.map((server) => carryOutAll(OF_SERVERS, server)),
      ]);
      const answering = scope.servers.filter((_, i) => servers[i]?.some(isAnswer));
      const names = await Promise.all(
        scope.servers.map((server) => (answering.includes(server) ? carryOut(serverOtherName, server, answering) : [])),
      );
      // A long chain keeps the process busy, so it is walked when nothing else waits for an answer.
      const walks = scope.own && !hasProblem(ledger);
      const chain = walks ? await carryOut(ledgerChain) : [];
      return [
        ...about({ kind: "slack" }, slack),
        ...about({ kind: "ledger" }, [...ledger, ...chain]),
        ...scope.servers.flatMap(({ name }, i) =>
          about({ kind: "server", name }, [...(servers[i] ?? []), ...(names[i] ?? [])]),
        ),
      ];
    },
  };
}

function hasProblem(found: readonly Found[]): boolean {
  return found.some(({ level }) => level === "problem");
}

function isAnswer({ code, level }: Found): boolean {
  return code === serverAnswers.code && level === "ok";
}

function about(about: About, found: readonly Found[]): readonly DoctorFinding[] {
  return found.map((one) => ({ ...one, about }));
}

function notInTime(code: Check["code"]): Found {
  return problem(
    "check-timeout",
    [`The check of "${code}" did not finish within ${CHECK_TIMEOUT / 1_000} seconds.`],
    ["Run doctor again. If that does not help, look at the load and the network of what it checks."],
  );
}

/** A check that the outside world did not let Drydock finish. Everything else that is thrown is a bug. */
function notDone(code: Check["code"], error: unknown): Found {
  const isOutside = [SlackError, ServerError, UserError, OperatorError].some((known) => error instanceof known);
  if (!isOutside || !(error instanceof Error)) throw error;
  return warning(
    "check-not-done",
    [`Drydock could not check "${code}": `, data(error.message)],
    ["Run doctor again in a minute. If that does not help, do what the message says."],
  );
}
