import { useEffect, useState } from "preact/hooks";
import { newest, type Screen, type Seen } from "./store.ts";

/** What each person has read so far; what is open before them counts as read. */
export function useSeen(screen: Screen, channel: string | undefined, thread: string | undefined): Seen {
  const [all, setAll] = useState<Readonly<Record<string, Seen>>>({});
  const mine = all[screen.you] ?? {};
  const places = channel === undefined ? [] : [channel, ...(thread === undefined ? [] : [`${channel} ${thread}`])];
  const fresh = places.flatMap((place): [string, string][] => {
    const ts = newest(screen, place);
    return ts > (mine[place] ?? "") ? [[place, ts]] : [];
  });
  useEffect(() => {
    if (fresh.length > 0)
      setAll((before) => ({ ...before, [screen.you]: { ...before[screen.you], ...Object.fromEntries(fresh) } }));
  });
  return mine;
}
