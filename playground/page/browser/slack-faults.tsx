import { useState } from "preact/hooks";
import type { FaultKind, ShownFaults } from "../protocol.ts";
import { usePage } from "./context.ts";
import { Switch } from "./switch.tsx";

/** What can be made to go wrong between Slack and the app. */
export function SlackFaults(props: { readonly kinds: readonly FaultKind[]; readonly faults: ShownFaults | undefined }) {
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
        the next
        <input
          type="number"
          aria-label="How often"
          min={1}
          max={1000}
          value={times}
          onInput={({ currentTarget }) => setTimes(currentTarget.valueAsNumber)}
        />
        times
        <button type="button" onClick={() => void perform({ type: "slack-fault", kind, times })}>
          Break it
        </button>
      </p>
      <ul class="ordered">
        {Object.entries(left).map(([name, n]) => (
          <li key={name}>
            {wordsOf(name)}: {n} to come{" "}
            <button type="button" onClick={() => void perform({ type: "slack-fault", kind: name, times: 0 })}>
              Undo
            </button>
          </li>
        ))}
      </ul>
      <Switch
        label="Revoke the bot's token"
        about="Slack refuses all that Drydock sends, and its commands are gone"
        on={tokenRevoked}
        onChange={(revoked) => void perform({ type: "token", revoked })}
      />
    </section>
  );
}
