import { useCallback, useEffect, useReducer, useState } from "preact/hooks";
import type { PageAction } from "../protocol.ts";
import { listen, perform } from "./connection.ts";
import { type LinkedMessage, PageContext } from "./context.ts";
import { Conversation, Thread } from "./conversation.tsx";
import { FleetPanel } from "./fleet.tsx";
import { Guide } from "./guide.tsx";
import { Home } from "./home.tsx";
import { Modal } from "./modal.tsx";
import { Sidebar } from "./sidebar.tsx";
import { evolve, NOTHING_YET } from "./store.ts";
import { type Pane, TopBar } from "./top-bar.tsx";
import { useGuide } from "./use-guide.ts";
import { useSeen } from "./use-seen.ts";

/** The whole page: a workspace beside the fleet that is talked about in it. */
export function App() {
  const [person, setPerson] = useState("U0ALICE");
  const [screen, evolveScreen] = useReducer(evolve, NOTHING_YET);
  const [connected, setConnected] = useState(true);
  const [chosen, setChosen] = useState("");
  const [thread, setThread] = useState<string>();
  const [target, setTarget] = useState<LinkedMessage>();
  const [home, setHome] = useState(false);
  const [pane, setPane] = useState<Pane>("conversation");
  const [trouble, setTrouble] = useState("");
  const [isGuided, setGuided] = useGuide();

  useEffect(() => listen(person, { onEvent: evolveScreen, onState: setConnected }), [person]);
  useEffect(() => {
    if (trouble === "") return;
    const timer = setTimeout(() => setTrouble(""), 6_000);
    return () => clearTimeout(timer);
  }, [trouble]);

  const channel = screen.channels.find(({ id }) => id === chosen) ?? screen.channels[0];
  const seen = useSeen(screen, channel?.id, thread);

  const act = useCallback(
    async (action: PageAction) => {
      try {
        return await perform(person, action);
      } catch (error) {
        setTrouble(error instanceof Error ? error.message : "That did not work.");
        return undefined;
      }
    },
    [person],
  );

  function open(id: string): void {
    setChosen(id);
    setHome(false);
    setThread(undefined);
    setPane("conversation");
  }

  function follow(to: LinkedMessage): void {
    open(to.channel);
    setThread(to.thread);
    setTarget(to);
  }

  function openHome(): void {
    setHome(true);
    setThread(undefined);
    setPane("conversation");
  }

  // Slack tells the app each time that a person opens their page.
  useEffect(() => {
    if (home && screen.you === person) void act({ type: "open-home" });
  }, [home, person, screen.you, act]);

  return (
    <PageContext.Provider value={{ screen, perform: act, target, follow }}>
      <TopBar
        pane={pane}
        onPane={setPane}
        connected={connected}
        onGuide={isGuided ? undefined : () => setGuided(true)}
      />
      {trouble !== "" && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {screen.playing !== "" && (
        <p class="playing" role="status">
          <b>The demo plays by itself.</b> {screen.playing} <span class="aside">It says when it is your turn.</span>
        </p>
      )}
      <main class={thread === undefined ? "panes" : "panes with-thread"} data-pane={pane}>
        <Sidebar
          channel={channel?.id ?? ""}
          seen={seen}
          onChannel={open}
          onPerson={setPerson}
          home={home}
          onHome={openHome}
        />
        <div class="middle">
          {isGuided && <Guide onClose={() => setGuided(false)} />}
          {home && <Home />}
          {!home && channel && <Conversation key={channel.id} channel={channel} onThread={setThread} />}
        </div>
        {channel && thread !== undefined && (
          <Thread key={thread} channel={channel} ts={thread} onClose={() => setThread(undefined)} />
        )}
        <FleetPanel />
      </main>
      {screen.view && <Modal key={screen.view.id} shown={screen.view} />}
    </PageContext.Provider>
  );
}
