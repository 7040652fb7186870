import { z } from "zod";
import { type Policy, WHEN_BUSY } from "../model/policy.ts";
import type { ServerFault } from "../model/server/server-fault.ts";
import { countedWords, troubleWords } from "./deployment-words.ts";
import { type Asked, type Found, type ServerGate, WAIT } from "./gate.ts";
import { span } from "./policy-words.ts";
import type { ServerSituation } from "./server-situation.ts";
import { fieldSetting } from "./setting.ts";

/** What running deployments, or the server's maintenance mode, mean for the whole server (`whenBusy`). */
export const deployments: ServerGate = {
  id: "deployments",
  at: ["dispatch", "ask-relay", "trigger"],
  setting: fieldSetting("whenBusy", {
    schema: z.enum(WHEN_BUSY, `expected one of ${WHEN_BUSY.join(", ")}, e.g. whenBusy: warn`).default("auto"),
    fallback: "auto",
    doc: "See Running deployments.",
    words: (whenBusy, policy) => (whenBusy === "warn" ? [] : [[busyWords(policy)]]),
  }),
  blocks(situation, { policy }) {
    switch (policy.whenBusy) {
      case "warn":
        return undefined;
      case "wait_until_zero":
        return untilZero(situation);
      case "require_maintenance":
        return maintenance(situation);
      case "auto":
      case "wait_for_agent":
        return whileUnread(situation, policy);
    }
  },
  shown: {
    todo: () => ["Switch maintenance mode on there, or let Drydock's account read the system configuration."],
  },
  phrase({ code, params: { server, fault, status, running } }) {
    const trouble = () =>
      troubleWords(`${server}`, fault as ServerFault, typeof status === "number" ? status : undefined);
    switch (code) {
      case "not-read":
        return [`Drydock waits to learn whether deployments run on ${server}.`];
      case "unreadable":
        return [`Drydock waits. ${trouble()}`];
      case "running":
        return [
          `Drydock waits until no deployment runs. ${countedWords(`${server}`, typeof running === "number" ? running : undefined)}`,
        ];
      case "agents-unknown":
        return [`Drydock starts no upgrade until it knows which agents deploy. ${trouble()}`];
      case "mode-not-read":
        return [`Drydock waits to learn whether ${server} is in maintenance mode.`];
      case "mode-unreadable":
        return [`Drydock waits for maintenance mode on ${server}. It could not read whether it is on.`];
      case "mode-not-reported":
        return [`Drydock waits for maintenance mode on ${server}. The server does not report it.`];
      default:
        return [`Drydock waits for maintenance mode on ${server}. It is off.`];
    }
  },
};

function untilZero({ server, deployments: reading }: ServerSituation): Found | undefined {
  switch (reading.kind) {
    case "not-read":
      return { code: "not-read", params: { server }, ...WAIT };
    case "unknown":
      return { code: "unreadable", params: { server, fault: reading.fault, status: reading.status ?? null }, ...WAIT };
    case "known":
      return reading.value === 0
        ? undefined
        : { code: "running", params: { server, running: reading.value ?? null }, ...WAIT };
  }
}

/** A server that does not report its mode counts as one outside it: the rules ask to be sure. */
function maintenance({ server, maintenance: reading }: ServerSituation): Found | undefined {
  if (reading.kind === "not-read") return { code: "mode-not-read", params: { server }, ...WAIT };
  if (reading.kind === "unknown") return { code: "mode-unreadable", params: { server }, ...WAIT };
  if (reading.value) return undefined;
  return { code: reading.value === undefined ? "mode-not-reported" : "mode-off", params: { server }, ...WAIT };
}

/** Which agents to leave alone is not known. After a while each attempt asks by itself, and the rollout pauses for a person. */
function whileUnread(
  { server, deployments: reading, unreadFor }: ServerSituation,
  { busyAgentTimeout }: Asked["policy"],
): Found | undefined {
  if (reading.kind !== "unknown" || unreadFor >= busyAgentTimeout) return undefined;
  return { code: "agents-unknown", params: { server, fault: reading.fault, status: reading.status ?? null }, ...WAIT };
}

function busyWords({ whenBusy, busyAgentTimeout }: Policy): string {
  const leftAlone = `Drydock leaves an agent alone while a deployment runs on it, and skips the agent after ${span(busyAgentTimeout)}.`;
  switch (whenBusy) {
    case "auto":
      return `${leftAlone} The server has to name such agents.`;
    case "wait_for_agent":
      return leftAlone;
    case "wait_until_zero":
      return "Nothing begins while deployments run.";
    case "require_maintenance":
      return "Upgrades begin only in the server's maintenance mode.";
    case "warn":
      return "Upgrades begin while deployments run.";
  }
}
