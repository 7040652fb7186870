const TRIES: readonly (readonly [string, string])[] = [
  ["/agents upgrade-required", "what cannot deploy until it is upgraded"],
  ["/agents upgrade 'db-*' --slots 2 --reason \"patch night\"", "some agents, two at a time"],
  ["/agents relays", "relays, and which of them lag: then upgrade one on its host, below"],
  ["/agents status", "agents, slots and rollouts"],
  ["/agents whoami", "who you are on the server, and what you may do"],
];

/** What there is to try, for somebody who sees this for the first time. */
export function Guide({ onClose }: { readonly onClose: () => void }) {
  return (
    <section class="guide" aria-label="What to try">
      <p>
        <b>Drydock upgrades the agents of UrbanCode Deploy from Slack.</b> This workspace and this fleet are simulated;
        the Drydock that answers is the real one.{" "}
        <span class="more">
          Say one of these, press Start on the plan, then break something on the fleet's side and watch the card and its
          thread. Act as somebody else to see what they may not do.
        </span>
      </p>
      <p class="row">
        {TRIES.map(([command, what]) => (
          <button
            key={command}
            type="button"
            title={what}
            onClick={() => dispatchEvent(new CustomEvent("drydock:try", { detail: command }))}
          >
            {command}
          </button>
        ))}
        <button type="button" class="plain" onClick={onClose}>
          Got it
        </button>
      </p>
    </section>
  );
}
