import { SUGGESTIONS } from "./suggestions.ts";

/** What there is to try, for somebody who sees this for the first time. */
export function Guide({ onClose }: { readonly onClose: () => void }) {
  return (
    <section class="guide" aria-label="What to try">
      <p>
        <b>Drydock upgrades the agents of UrbanCode Deploy from Slack.</b> Choose a command, send it, and press Start on
        the plan.{" "}
        <span class="more">
          Then break something in the fleet's panel, and watch the card and its thread. Act as another person to see
          what they may not do.
        </span>
      </p>
      <p class="row">
        {SUGGESTIONS.map(({ command, about }) => (
          <button
            key={command}
            type="button"
            title={about}
            onClick={() => dispatchEvent(new CustomEvent("drydock:try", { detail: command }))}
          >
            {command}
          </button>
        ))}
      </p>
      <button type="button" class="primary" onClick={onClose}>
        Close
      </button>
    </section>
  );
}
