import { useState } from "preact/hooks";
import type { FaultKind, ShownFaults, ShownFleet } from "../protocol.ts";
import { usePage } from "./context.ts";

const TROUBLES = [
  ["unreachable", "gives no answer"],
  ["failing", "answers 503"],
  ["slow", "answers late"],
] as const;

/** What can be made to go wrong: on the server, and between Slack and the app. */
export function Switches(props: {
  readonly fleet: ShownFleet;
  readonly faults: ShownFaults | undefined;
  readonly kinds: readonly FaultKind[];
}) {
  const { perform } = usePage();
  const { fleet, faults } = props;
  return (
    <>
      <section aria-label="Break the server">
        <h3>Break the server</h3>
        {fleet.relays.map(({ id, name, up, agents }) => (
          <Switch
            key={id}
            label={`${name} is down (${agents} agents)`}
            on={!up}
            onChange={(down) => void perform({ type: "relay", relay: id, up: !down })}
          />
        ))}
        {fleet.relays.length > 0 && (
          <p class="row">
            On its host, upgrade the relay
            {fleet.relays.map(({ id, name, version }) => (
              <button
                key={id}
                type="button"
                title={`at ${version}`}
                onClick={() => void perform({ type: "upgrade-relay", relay: id })}
              >
                {name}
              </button>
            ))}
          </p>
        )}
        <Switch
          label="Disks are full: agents come back at the old version"
          on={fleet.diskFull}
          onChange={(full) => void perform({ type: "disk", full })}
        />
        <p class="row">
          <button type="button" onClick={() => void perform({ type: "elsewhere", agents: 2 })}>
            Start 2 upgrades elsewhere
          </button>
        </p>
        <p class="row">
          For 10 min the server
          {TROUBLES.map(([trouble, words]) => (
            <button
              key={trouble}
              type="button"
              aria-pressed={fleet.trouble === trouble}
              onClick={() => void perform({ type: "trouble", trouble: fleet.trouble === trouble ? "none" : trouble })}
            >
              {words}
            </button>
          ))}
        </p>
      </section>
      <SlackFaults kinds={props.kinds} faults={faults} />
    </>
  );
}

function SlackFaults(props: { readonly kinds: readonly FaultKind[]; readonly faults: ShownFaults | undefined }) {
  const { perform } = usePage();
  const [kind, setKind] = useState(props.kinds[0]?.kind ?? "");
  const [times, setTimes] = useState(3);
  const { left = {}, tokenRevoked = false } = props.faults ?? {};
  const wordsOf = (name: string) => props.kinds.find((known) => known.kind === name)?.words ?? name;
  return (
    <section aria-label="Break Slack">
      <h3>Break Slack</h3>
      <p class="row">
        <select
          aria-label="What goes wrong"
          value={kind}
          onChange={({ currentTarget }) => setKind(currentTarget.value)}
        >
          {props.kinds.map((known) => (
            <option key={known.kind} value={known.kind}>
              {known.words}
            </option>
          ))}
        </select>
        <input
          type="number"
          aria-label="How often"
          min={1}
          max={1000}
          value={times}
          onInput={({ currentTarget }) => setTimes(currentTarget.valueAsNumber)}
        />
        <button type="button" onClick={() => void perform({ type: "slack-fault", kind, times })}>
          Order
        </button>
      </p>
      <ul class="ordered">
        {Object.entries(left).map(([name, n]) => (
          <li key={name}>
            {wordsOf(name)}: {n} to come{" "}
            <button type="button" onClick={() => void perform({ type: "slack-fault", kind: name, times: 0 })}>
              Take back
            </button>
          </li>
        ))}
      </ul>
      <Switch
        label="The bot's token is revoked"
        on={tokenRevoked}
        onChange={(revoked) => void perform({ type: "token", revoked })}
      />
    </section>
  );
}

function Switch(props: { readonly label: string; readonly on: boolean; readonly onChange: (on: boolean) => void }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        checked={props.on}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
