import type { Answer, Call } from "../core/call.ts";
import type { Clock } from "../core/ports.ts";
import { type Shown, say } from "../core/view.ts";
import { withTimeout } from "../core/with-timeout.ts";

const COME_BACK = say("restarting", "Drydock is restarting, so it did nothing. Try again in a minute.");
const CUT_OFF = say(
  "cut-off",
  "Drydock is restarting and could not finish this in time. Look at `rollouts` in a minute before you repeat it.",
);

/** How long the records of what was cut off may take, in ms: the ledger may be what keeps everything. */
const RECORDS = 500;

/** The answer of a process that does not talk to people, or not yet. */
export const NOT_HERE: Answer = {
  call: async () => COME_BACK,
  search: async () => [],
  home: async () => undefined,
};

/** Answers until the end: what comes after it began gets a sentence at once, what is not done in time gets one then. */
export interface GracefulShutdown {
  readonly answer: Answer;
  /** Takes nothing new. Waits at most `ms` for answers under way, then at most half a second for the records of what was cut off. */
  close(ms: number): Promise<void>;
}

export function createGracefulShutdown(
  answer: Answer,
  ports: { readonly clock: Clock; readonly cutOff: (call: Call, shown: Shown) => Promise<void> },
): GracefulShutdown {
  const underWay = new Map<Promise<Shown>, { readonly call: Call; readonly end: (shown: Shown) => void }>();
  let closing = false;

  return {
    answer: {
      call(call, show, amend) {
        if (closing) return NOT_HERE.call(call, show);
        return new Promise((resolve, reject) => {
          const work = answer.call(call, show, amend);
          underWay.set(work, { call, end: resolve });
          work.then(resolve, reject).finally(() => underWay.delete(work));
        });
      },
      home: (person, channel) => (closing ? NOT_HERE : answer).home(person, channel),
      search: (search) => (closing ? NOT_HERE : answer).search(search),
    },
    async close(ms) {
      closing = true;
      await withTimeout(ports.clock, ms, Promise.allSettled([...underWay.keys()]));
      const late = [...underWay.values()];
      for (const { end } of late) end(CUT_OFF);
      await withTimeout(ports.clock, RECORDS, Promise.all(late.map(({ call }) => ports.cutOff(call, CUT_OFF))));
    },
  };
}
