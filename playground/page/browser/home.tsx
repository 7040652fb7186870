import { Blocks } from "./blocks.tsx";
import { usePage } from "./context.ts";
import { listOf, plainOf } from "./text.tsx";

/** The person's own page with the app, as Slack shows it under Apps. */
export function Home() {
  const { screen, perform } = usePage();
  return (
    <section class="pane conversation" aria-label="Your page with drydock">
      <header>
        <h2>drydock</h2>
        <span class="aside">Home: only {screen.people.find(({ id }) => id === screen.you)?.name} sees this page</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it */}
      <div class="log home" tabIndex={0}>
        {screen.home === null ? (
          <p class="empty">One moment …</p>
        ) : (
          <Blocks
            of={listOf(screen.home.blocks)}
            onAct={(_block, element) =>
              void perform({ type: "press-in-home", action: String(element.action_id), label: plainOf(element.text) })
            }
          />
        )}
      </div>
    </section>
  );
}
