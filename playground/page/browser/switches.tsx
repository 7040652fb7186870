import type { FaultKind, ShownFaults, ShownFleet } from "../protocol.ts";
import { usePage } from "./context.ts";
import { SlackFaults } from "./slack-faults.tsx";
import { Switch } from "./switch.tsx";

const TROUBLES = [
  ["unreachable", "It gives no answer"],
  ["failing", "It answers 503"],
  ["slow", "It answers late"],
] as const;

/** What can be made to go wrong: on the server, and between Slack and the app. */
export function Switches(props: {
  readonly fleet: ShownFleet;
  readonly faults: ShownFaults | undefined;
  readonly kinds: readonly FaultKind[];
}) {
  const { fleet, faults } = props;
  return (
    <>
      <ServerSwitches fleet={fleet} />
      {fleet.relays.length > 0 && <RelaySwitches fleet={fleet} />}
      <SlackFaults kinds={props.kinds} faults={faults} />
    </>
  );
}

function ServerSwitches({ fleet }: { readonly fleet: ShownFleet }) {
  const { perform } = usePage();
  return (
    <section aria-label="Break the server">
      <h3>Break the server</h3>
      {TROUBLES.map(([trouble, words]) => (
        <Switch
          key={trouble}
          label={words}
          about="for 10 simulated minutes"
          on={fleet.trouble === trouble}
          onChange={(on) => void perform({ type: "trouble", trouble: on ? trouble : "none" })}
        />
      ))}
      <Switch
        label="Its agents' disks are full"
        about="agents that upgrade now come back at the old version"
        on={fleet.diskFull}
        onChange={(full) => void perform({ type: "disk", full })}
      />
      <p class="act">
        <button type="button" onClick={() => void perform({ type: "elsewhere", agents: 2 })}>
          Upgrade 2 agents elsewhere
        </button>{" "}
        <small>as another person would on the server: they count among the ten</small>
      </p>
    </section>
  );
}

function RelaySwitches({ fleet: { relays } }: { readonly fleet: ShownFleet }) {
  const { perform } = usePage();
  return (
    <section aria-label="Relays">
      <h3>Relays</h3>
      {relays.map(({ id, name, version, up, agents }) => (
        <div key={id} class="relay">
          <Switch
            label={`Take ${name} down`}
            about={`its ${agents} agents go offline`}
            on={!up}
            onChange={(down) => void perform({ type: "relay", relay: id, up: !down })}
          />
          <button type="button" onClick={() => void perform({ type: "upgrade-relay", relay: id })}>
            Upgrade {name} on its host
          </button>{" "}
          <small>it is at {version}</small>
        </div>
      ))}
    </section>
  );
}
