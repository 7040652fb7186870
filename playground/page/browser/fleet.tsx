import type { ShownAgent, ShownFleet } from "../protocol.ts";
import { usePage } from "./context.ts";
import { Switches } from "./switches.tsx";

/** A sign and a word for each status, as the server writes it: never colour alone. */
const STATUSES: readonly (readonly [string, string, string])[] = [
  ["UPGRADE_REQUIRED", "▲", "Upgrade Required"],
  ["UPGRADE_RECOMMND", "△", "Upgrade Recommended"],
  ["ONLINE", "●", "Online"],
  ["OFFLINE", "○", "Offline"],
  ["CONNECTING", "◐", "Connecting"],
  ["ERROR", "✖", "Error"],
  ["null", "·", "Never contacted"],
];

const SLOTS = 10;

/** The simulated server from the inside: what is true there, and what can be broken. */
export function FleetPanel() {
  const { screen } = usePage();
  const { fleet } = screen;
  return (
    <aside class="pane fleet" aria-label="The simulated fleet">
      <header>
        <h2>The fleet</h2>
        <span class="aside">a simulated UrbanCode Deploy server; {screen.pace}</span>
      </header>
      <div class="scrolls">
        {fleet ? (
          <>
            <Slots fleet={fleet} />
            <Statuses agents={fleet.agents} />
            <Switches fleet={fleet} faults={screen.faults} kinds={screen.faultKinds} />
          </>
        ) : (
          <p class="empty">Looking …</p>
        )}
      </div>
    </aside>
  );
}

function Slots({ fleet }: { readonly fleet: ShownFleet }) {
  const flying = fleet.agents.filter(({ inFlight }) => inFlight);
  const elsewhere = flying.filter((agent) => agent.elsewhere);
  return (
    <section aria-label="In flight">
      <h3>
        In flight: {flying.length} of {SLOTS}
      </h3>
      <p class="slots" aria-hidden="true">
        {Array.from({ length: Math.max(SLOTS, flying.length) }, (_, i) => (
          <span key={i} class={slotClass(i, flying.length, elsewhere.length)} />
        ))}
      </p>
      <p class="aside">
        {flying.length - elsewhere.length} by Drydock, {elsewhere.length} started elsewhere. The most that Drydock had
        in flight: {fleet.mostInFlight}.
      </p>
      <ul class="flying">
        {flying.map(({ name, status, elsewhere: other }) => (
          <li key={name}>
            <code>{name}</code> {wordOf(status)}
            {other && " (elsewhere)"}
          </li>
        ))}
      </ul>
    </section>
  );
}

function slotClass(i: number, flying: number, external: number): string {
  if (i >= SLOTS) return "slot over";
  if (i >= flying) return "slot";
  return i < flying - external ? "slot ours" : "slot elsewhere";
}

function Statuses({ agents }: { readonly agents: readonly ShownAgent[] }) {
  return (
    <section aria-label="Agents by status">
      <h3>{agents.length} agents</h3>
      {STATUSES.map(([status, sign, word]) => {
        const members = agents.filter((agent) => String(agent.status) === status);
        return (
          members.length > 0 && (
            <details key={status}>
              <summary>
                <span class={`sign ${status.toLowerCase()}`}>{sign}</span>
                <span>{word}</span>
                <b>{members.length}</b>
                <meter
                  class={status.toLowerCase()}
                  min={0}
                  max={agents.length}
                  value={members.length}
                  aria-label={word}
                />
              </summary>
              <p class="members">
                {members.slice(0, 500).map(({ name, version }) => (
                  <code key={name} title={version}>
                    {name}
                  </code>
                ))}
              </p>
            </details>
          )
        );
      })}
    </section>
  );
}

function wordOf(status: string | null): string {
  return STATUSES.find(([known]) => known === String(status))?.[2] ?? String(status);
}
