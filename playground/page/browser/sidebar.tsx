import { usePage } from "./context.ts";
import { mentions, type Seen, unreadIn } from "./store.ts";

/** Channels with what is unread in them, and as whom one looks. */
export function Sidebar(props: {
  readonly channel: string;
  readonly seen: Seen;
  readonly onChannel: (id: string) => void;
  readonly onPerson: (id: string) => void;
  /** Whether the person's own page is shown. */
  readonly home: boolean;
  readonly onHome: () => void;
}) {
  const { screen } = usePage();
  const you = screen.people.find(({ id }) => id === screen.you);
  return (
    <nav class="pane sidebar" aria-label="Workspace">
      <p class="workspace">
        dock <small>a simulated workspace</small>
      </p>
      <label class="act-as">
        Act as
        <select value={screen.you} onChange={({ currentTarget }) => props.onPerson(currentTarget.value)}>
          {screen.people
            .filter(({ acts }) => acts)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </select>
      </label>
      <p class="about">{you?.about}</p>
      <h2>Channels</h2>
      <ul>
        {screen.channels.map(({ id, name, shared, archived }) => {
          const { unread, mentioned } = countsOf(screen, props.seen, id);
          const words = unread > 0 ? `, ${unread} unread${mentioned > 0 ? `, ${mentioned} for you` : ""}` : "";
          return (
            <li key={id}>
              <button
                type="button"
                class={unread > 0 ? "channel unread" : "channel"}
                aria-current={id === props.channel && !props.home ? "page" : undefined}
                aria-label={`${name}${words}`}
                onClick={() => props.onChannel(id)}
              >
                <span># {name}</span>
                {shared && <small>shared</small>}
                {archived && <small>archived</small>}
                {mentioned > 0 && <span class="count">{mentioned}</span>}
                {unread > 0 && mentioned === 0 && <span class="dot">•</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <h2>Apps</h2>
      <button type="button" class="channel" aria-current={props.home ? "page" : undefined} onClick={props.onHome}>
        <span>drydock</span>
      </button>
      {screen.channels.length === 0 && <p class="about">There is no channel that this person is in.</p>}
    </nav>
  );
}

/** What is unread in a channel and its threads, and how much of it is for this person alone or mentions them. */
function countsOf(screen: ReturnType<typeof usePage>["screen"], seen: Seen, channel: string) {
  const threads = new Set(
    screen.messages.flatMap((message) =>
      message.channel === channel && message.thread !== null ? [`${channel} ${message.thread}`] : [],
    ),
  );
  const unread = [channel, ...threads].flatMap((place) => unreadIn(screen, seen, place));
  return {
    unread: unread.length,
    mentioned: unread.filter((message) => message.whispered || mentions(message, screen.you)).length,
  };
}
