import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { delay, wallClock } from "../../playground/clock.ts";
import { buttonsOf, renderText } from "../../playground/slack/block-kit.ts";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import type { SlackMessage, SlackView } from "../../playground/slack/workspace.ts";
import { inProcessStarter } from "../../playground/start-in-process.ts";
import { type Trial as AnyTrial, startTrial, type TrialOptions } from "../../playground/trial.ts";
import { COMPILED } from "./compiled.ts";
import { openEvents, type RecordedEvent } from "./ledger-events.ts";
import { createPersistence } from "./persistence.ts";
import { storedProse } from "./stored-prose.ts";
import type { SuiteSlack } from "./suite-slack.ts";
import { clock, until as waitFor } from "./time.ts";
import { withoutCall } from "./without-call.ts";
import { withoutEvidence } from "./without-evidence.ts";
import { openWorkspace } from "./workspace.ts";

/** Drydock, a server and a workspace, and what a test says, presses and waits for. Nothing here depends on wording. */
export interface E2e extends AnyTrial<SuiteSlack> {
  /** A slash command, typed in #on-call unless said otherwise. */
  say(person: string, text: string, channel?: string): void;
  /** Says something to @drydock in the thread of a card. */
  mention(person: string, card: SlackMessage, text: string): void;
  /** Presses the button of this command, e.g. `approve`, as it stands on the message now. */
  press(person: string, message: SlackMessage, command: string): void;
  /** Waits until the person is answered with this key after what they last said or pressed; the text of the answer. */
  told(person: string, key: string): Promise<string>;
  /** Types a command that makes a plan; the plan, once it has the button of this command (`start` unless said otherwise). */
  planOf(person: string, text: string, command?: string): Promise<SlackMessage>;
  /** Makes a plan and presses Start on it; the plan. Where people try again, it is answered then. */
  startRollout(person?: string, text?: string): Promise<SlackMessage>;
  /** The newest plan that only this person sees, once it has the button of this command (`start` unless said otherwise). */
  plan(person: string, command?: string): Promise<SlackMessage>;
  /**
   * Waits for the newest message with the key under which Drydock posted it, e.g. `prod-1/card` or `prod-1/failed-refused`;
   * a key that ends with `-` stands for all that begin so, e.g. `prod-1/away-`.
   */
  message(key: string): Promise<SlackMessage>;
  /** Waits until a message has the button of this command, or (with `not`) has it no more. */
  button(message: SlackMessage, command: string, not?: "not"): Promise<void>;
  /** The events of a stream so far; of all streams if none is named. */
  events(stream?: string): readonly RecordedEvent[];
  /** Waits for an event of a stream, the newest that fits. */
  event(stream: string, type: string, fits?: (data: RecordedEvent["data"]) => boolean): Promise<RecordedEvent>;
  /** Waits until the rollout has ended and its last reply is posted; how its agents' newest attempts ended, by name. */
  ended(rollout: string): Promise<Readonly<Record<string, string>>>;
  /** How the newest attempts of a rollout's agents have ended so far, by the agent's name: `verified`, `refused` … */
  outcomes(rollout: string): Readonly<Record<string, string>>;
  /** The modal that is open on the person's screen. */
  modal(person: string): Promise<SlackView>;
  /** Does what opens a form, again if the form came too late for Slack; the form. */
  form(person: string, open: () => void | Promise<void>): Promise<SlackView>;
  /** Fills in text fields of the open modal, or its fields for secrets, and sends it off. */
  submit(person: string, fields: Readonly<Record<string, string>>, kind?: "field" | "secret"): Promise<SlackView>;
  /**
   * Waits until something is true. Where the trial goes by the machine's time, people do again meanwhile what did not work, and
   * `waits` does again what has no answer.
   */
  until<T>(what: string | (() => string), look: () => T | undefined | false, waits?: string): Promise<T>;
  /** Lets so many ms of simulated time pass. */
  pass(ms: number): Promise<void>;
  /** Stops Drydock and starts it again, with other lines in its configuration if `change` makes some. */
  restart(change?: (yaml: string) => string): Promise<void>;
  /** What the button of this command carries now; undefined if the message has none. */
  carried(message: SlackMessage, command: string): string | undefined;
  /** Sends a press that nobody could make by hand: of a button that is gone or belongs elsewhere, or with a value that was made up. */
  forge(person: string, message: SlackMessage, command: string, value: string): void;
  /** Makes a plan as Alice and asks for its approval; the card of the rollout (`prod-1` unless said otherwise), once it can be approved. */
  askApproval(text?: string, rollout?: string): Promise<SlackMessage>;
  /** Our own stand-in, for what no other workspace can do: the test has to say needs(…). */
  readonly standin: SlackStandin;
}

export type E2eOptions = Omit<TrialOptions, "bot" | "clock">;

/** Twelve seconds untouched and eighteen away, in place of two minutes and three: most tests wait for the end of a rollout. */
const UPGRADE_SPEED = 10;
/** How much faster everything goes where it goes by the machine's time. */
const PROGRAM_SCALE = 120;

/**
 * A server and a workspace with a Drydock that is not started yet. People try again what did not work (`persistent`) where the trial
 * goes by the machine's time.
 */
export async function openTrial(
  options: E2eOptions,
  inProcess: boolean,
  persistent: boolean = !inProcess,
): Promise<E2e> {
  const stopClock = inProcess ? clock.run() : () => {};
  const how = inProcess ? { bot: inProcessStarter(clock), clock } : { bot: COMPILED };
  const deploy = inProcess
    ? { upgradeSpeed: UPGRADE_SPEED, ...options.deploy }
    : { scale: PROGRAM_SCALE, ...options.deploy };
  const trial = await startTrial({ ...options, deploy, ...how }, openWorkspace);
  const ledger = openEvents(join(trial.directory, "drydock.db"));
  const { acts, workspace } = trial.slack;
  const people = createPersistence({
    workspace,
    eventsOf: (person) => ledger.of(`person.${person}`),
    now: () => (inProcess ? clock : wallClock).now(),
    byMachine: persistent,
  });

  const until: E2e["until"] = (what, look, waits) =>
    waitFor(what, () => {
      const found = look();
      if (!found) people.again(waits);
      return found;
    });
  const buttonOf = (message: SlackMessage, command: string) =>
    buttonsOf(message.blocks).find(({ action_id }) => action_id.endsWith(`:${command}`));

  function say(person: string, text: string, channel = "C0ONCALL"): void {
    people.act(person, () => acts.slash(person, channel, text));
  }

  function press(person: string, message: SlackMessage, command: string): void {
    const button = buttonOf(message, command);
    if (!button)
      throw new Error(
        `There is no button of "${command}", only of: ${buttonsOf(message.blocks).map((other) => other.action_id)}`,
      );
    people.act(person, () => {
      const now = buttonOf(message, command);
      if (now) acts.press(person, message, now.label);
    });
  }

  async function told(person: string, key: string): Promise<string> {
    const found = await until(
      () =>
        `${person} is answered with "${key}"; so far: ${people.since(person).map(({ type, data }) => `${type} ${data.key}`)}`,
      () => people.since(person).findLast(({ data }) => data.key === key),
      person,
    );
    people.done(person);
    return String(found.data.text);
  }

  const plansOf = (person: string, command: string) =>
    workspace.messages.filter((shown) => shown.only === person && buttonOf(shown, command) !== undefined);

  const plan = (person: string, command = "start") =>
    until(`a plan with the button of "${command}"`, () => plansOf(person, command).at(-1));

  async function planOf(person: string, text: string, command = "start"): Promise<SlackMessage> {
    const plans = () => plansOf(person, command);
    const before = new Set(plans().map(({ ts }) => ts));
    say(person, text);
    return until(`a plan with the button of "${command}"`, () => plans().find(({ ts }) => !before.has(ts)), person);
  }

  /** Makes a plan and presses its button; the plan. */
  async function begin(person: string, text: string, command: "start" | "request"): Promise<SlackMessage> {
    for (;;) {
      const made = await planOf(person, text, command);
      press(person, made, command);
      if (!persistent) return made;
      const answer = await until(`an answer to "${command}"`, () => people.since(person).at(-1), person);
      // Drydock shows the plan again if it could not do it: a person who makes a new one does no harm.
      if (answer.data.key !== "plan" && !people.isTryAgain(answer.data.key)) return made;
    }
  }

  const message = (key: string) =>
    until(`the message ${key}`, () =>
      workspace.messages.findLast(({ metadata, deleted }) => {
        const its = keyOf(metadata);
        return !deleted && (its === key || (key.endsWith("-") && its.startsWith(key)));
      }),
    );

  async function hasButton(shown: SlackMessage, command: string, not?: "not"): Promise<void> {
    await until(
      `${not ?? "a"} button of "${command}"`,
      () => (buttonOf(shown, command) === undefined) === (not === "not"),
    );
  }

  async function form(person: string, open: () => void | Promise<void>): Promise<SlackView> {
    const { views, messages } = workspace;
    const before = new Set(views.keys());
    const refusals = () =>
      messages.filter((one) => one.only === person && renderText(one).includes("Try again")).length;
    for (;;) {
      const read = refusals();
      await open();
      const opened = await until(
        `a form for ${person}, or word that it is not open`,
        () => {
          const view = [...views.values()].find((one) => one.person === person && !before.has(one.id));
          return view ?? (refusals() > read ? "not open" : undefined);
        },
        person,
      );
      if (opened !== "not open") return opened;
    }
  }

  const modal = (person: string) =>
    until(`a modal for ${person}`, () => [...workspace.views.values()].findLast((view) => view.person === person));

  async function event(stream: string, type: string, fits: (data: RecordedEvent["data"]) => boolean = () => true) {
    return until(
      () => `${type} in ${stream}; so far: ${ledger.of(stream).map((one) => one.type)}`,
      () => ledger.of(stream).findLast((one) => one.type === type && fits(one.data)),
    );
  }

  function outcomes(rollout: string): Readonly<Record<string, string>> {
    const names = new Map<string, string>();
    const found: Record<string, string> = {};
    for (const { stream, type, data } of ledger.of()) {
      if (!stream.startsWith(`upgrade.${rollout}.`)) continue;
      const { agent, elsewhere, outcome } = data as { agent?: { name: string }; elsewhere?: true; outcome?: string };
      if (agent) names.set(stream, agent.name);
      const name = names.get(stream) ?? stream;
      if (type === "upgrade.skipped") found[name] = elsewhere ? "elsewhere" : "skipped";
      if (type === "upgrade.outcome" || type === "upgrade.corrected") found[name] = String(outcome);
    }
    return found;
  }

  return {
    ...trial,
    say,
    press,
    told,
    mention: (person, card, text) => people.act(person, () => acts.mention(person, card.channel, card.ts, text)),
    plan,
    planOf,
    startRollout: (person = "U0ALICE", text = "upgrade-required") => begin(person, text, "start"),
    message,
    event,
    outcomes,
    events: (stream) => ledger.of(stream),
    button: hasButton,
    async ended(rollout) {
      await event(`rollout.${rollout}`, "rollout.ended");
      await message(`${rollout}/end`);
      return outcomes(rollout);
    },
    modal,
    form,
    until,
    async submit(person, fields, kind = "field") {
      const view = await modal(person);
      const values = Object.fromEntries(
        Object.entries(fields).map(([field, value]) => [
          field,
          { [`drydock:${kind}:${field}`]: { type: "plain_text_input", value } },
        ]),
      );
      people.act(person, () => {
        if (workspace.views.has(view.id)) acts.endView(view.id, "view_submission", values);
      });
      return view;
    },
    pass: (ms) => delay(clock, ms),
    async restart(change) {
      await trial.endBot();
      const file = join(trial.directory, "drydock.yml");
      const before = readFileSync(file, "utf8");
      const after = change?.(before) ?? before;
      if (change && after === before) throw new Error("The change of the configuration changes nothing.");
      writeFileSync(file, after);
      await trial.startBot();
    },
    carried: (shown, command) => buttonOf(shown, command)?.value,
    forge(person, shown, command, value) {
      people.act(person, () => acts.act(person, shown, { action_id: `drydock:9.9:${command}`, value }));
    },
    async askApproval(text = "upgrade-required", rollout = "prod-1") {
      await begin("U0ALICE", text, "request");
      const card = await message(`${rollout}/card`);
      await hasButton(card, "approve");
      return card;
    },
    get standin() {
      if (!trial.slack.standin) throw new Error("Only our own stand-in can do this: the test has to say needs(…).");
      return trial.slack.standin;
    },
    async stop() {
      const faults = [...storedProse(ledger.of()), ...withoutEvidence(ledger.of()), ...withoutCall(ledger.of())];
      ledger.close();
      await trial.stop();
      stopClock();
      if (faults.length > 0) throw new Error(faults.join("\n"));
    },
  };
}

function keyOf(metadata: SlackMessage["metadata"]): string {
  const payload = (metadata as { event_payload?: { key?: unknown } } | undefined)?.event_payload;
  return String(payload?.key ?? "");
}
