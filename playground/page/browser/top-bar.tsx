import { useEffect, useState } from "preact/hooks";

/** Of the page's parts, the one that a narrow screen shows. */
export type Pane = "workspace" | "conversation" | "fleet";

const PANES: readonly (readonly [Pane, string])[] = [
  ["workspace", "Channels"],
  ["conversation", "Conversation"],
  ["fleet", "Fleet"],
];
const THEMES = ["auto", "light", "dark"] as const;

export function TopBar(props: {
  readonly pane: Pane;
  readonly onPane: (pane: Pane) => void;
  readonly connected: boolean;
  /** Opens the guide; undefined = it is open. */
  readonly onGuide: (() => void) | undefined;
}) {
  const [theme, setTheme] = useState<(typeof THEMES)[number]>("auto");
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <header class="top">
      <div class="simulation">
        <h1>A simulation.</h1> No Slack and no server: both are stand-ins on this machine. Drydock is the real one.
        {!props.connected && <b> The simulation has ended or cannot be reached.</b>}
      </div>
      <div class="tabs">
        {PANES.map(([pane, words]) => (
          <button key={pane} type="button" aria-pressed={props.pane === pane} onClick={() => props.onPane(pane)}>
            {words}
          </button>
        ))}
      </div>
      {props.onGuide && (
        <button type="button" onClick={props.onGuide}>
          What to try
        </button>
      )}
      <label class="theme">
        Theme
        <select value={theme} onChange={({ currentTarget }) => setTheme(currentTarget.value as typeof theme)}>
          {THEMES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    </header>
  );
}
