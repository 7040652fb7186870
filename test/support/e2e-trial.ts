import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { delay } from "../../playground/clock.ts";
import { buttonsOf } from "../../playground/slack/block-kit.ts";
import type { SlackStandin } from "../../playground/slack/start-slack.ts";
import type { SlackMessage, SlackView } from "../../playground/slack/workspace.ts";
import { inProcessStarter } from "../../playground/start-in-process.ts";
import { type Trial as AnyTrial, startTrial, type TrialOptions } from "../../playground/trial.ts";
import { COMPILED } from "./compiled.ts";
import { openEvents, type RecordedEvent } from "./ledger-events.ts";
import { storedProse } from "./stored-prose.ts";
import type { SuiteSlack } from "./suite-slack.ts";
import { clock, until } from "./time.ts";
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
  /** Makes a plan and presses Start on it; the plan. */
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
  /** Fills in text fields of the open modal and sends it off. */
  submit(person: string, fields: Readonly<Record<string, string>>): Promise<SlackView>;
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

/** Half a minute untouched and one away, in place of two and three: most tests wait for the end of a rollout. */
const UPGRADE_SPEED = 4;
/** How much faster everything goes where it goes by the machine's time. */
const PROGRAM_SCALE = 120;

/** A server and a workspace with a Drydock that is not started yet. */
export async function openTrial(options: E2eOptions, inProcess: boolean): Promise<E2e> {
  const stopClock = inProcess ? clock.run() : () => {};
  const how = inProcess ? { bot: inProcessStarter(clock), clock } : { bot: COMPILED };
  const deploy = inProcess
    ? { upgradeSpeed: UPGRADE_SPEED, ...options.deploy }
    : { scale: PROGRAM_SCALE, ...options.deploy };
  const trial = await startTrial({ ...options, deploy, ...how }, openWorkspace);
  const ledger = openEvents(join(trial.directory, "drydock.db"));
  const { acts, workspace } = trial.slack;
  /** How many events each person had when they last did something. */
  const marks = new Map<string, number>();

  const eventsOf = (person: string) => ledger.of(`person.${person}`);
  const mark = (person: string) => marks.set(person, eventsOf(person).length);
  const buttonOf = (message: SlackMessage, command: string) =>
    buttonsOf(message.blocks).find(({ action_id }) => action_id.endsWith(`:${command}`));

  function say(person: string, text: string, channel = "C0ONCALL"): void {
    mark(person);
    acts.slash(person, channel, text);
  }

  function press(person: string, message: SlackMessage, command: string): void {
    const button = buttonOf(message, command);
    if (!button)
      throw new Error(
        `There is no button of "${command}", only of: ${buttonsOf(message.blocks).map((other) => other.action_id)}`,
      );
    mark(person);
    acts.press(person, message, button.label);
  }

  async function told(person: string, key: string): Promise<string> {
    const since = () => eventsOf(person).slice(marks.get(person) ?? 0);
    const found = await until(
      () => `${person} is answered with "${key}"; so far: ${since().map(({ type, data }) => `${type} ${data.key}`)}`,
      () => since().findLast(({ data }) => data.key === key),
    );
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
    return until(`a plan with the button of "${command}"`, () => plans().find(({ ts }) => !before.has(ts)));
  }

  async function startRollout(person = "U0ALICE", text = "upgrade-required"): Promise<SlackMessage> {
    const made = await planOf(person, text);
    press(person, made, "start");
    return made;
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
    mention(person, card, text) {
      mark(person);
      acts.mention(person, card.channel, card.ts, text);
    },
    plan,
    planOf,
    startRollout,
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
    async submit(person, fields) {
      const view = await modal(person);
      const values = Object.fromEntries(
        Object.entries(fields).map(([field, value]) => [
          field,
          { [`drydock:field:${field}`]: { type: "plain_text_input", value } },
        ]),
      );
      mark(person);
      acts.endView(view.id, "view_submission", values);
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
      mark(person);
      acts.act(person, shown, { action_id: `drydock:9.9:${command}`, value });
    },
    async askApproval(text = "upgrade-required", rollout = "prod-1") {
      press("U0ALICE", await planOf("U0ALICE", text, "request"), "request");
      const card = await message(`${rollout}/card`);
      await hasButton(card, "approve");
      return card;
    },
    get standin() {
      if (!trial.slack.standin) throw new Error("Only our own stand-in can do this: the test has to say needs(…).");
      return trial.slack.standin;
    },
    async stop() {
      const prose = storedProse(ledger.of());
      ledger.close();
      await trial.stop();
      stopClock();
      if (prose.length > 0) throw new Error(prose.join("\n"));
    },
  };
}

function keyOf(metadata: SlackMessage["metadata"]): string {
  const payload = (metadata as { event_payload?: { key?: unknown } } | undefined)?.event_payload;
  return String(payload?.key ?? "");
}
