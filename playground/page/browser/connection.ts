import type { PageAction, PageEvent } from "../protocol.ts";

/** Listens to what one person sees; the returned function ends that. */
export function listen(
  person: string,
  ports: { readonly onEvent: (event: PageEvent) => void; readonly onState: (connected: boolean) => void },
): () => void {
  const source = new EventSource(`/events?as=${encodeURIComponent(person)}`);
  source.onmessage = ({ data }: MessageEvent<string>) => ports.onEvent(JSON.parse(data) as PageEvent);
  source.onopen = () => ports.onState(true);
  source.onerror = () => ports.onState(false);
  return () => source.close();
}

/** Does something as this person. Throws with the simulation's own sentence where it cannot be done. */
export async function perform(person: string, action: PageAction): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`/do?as=${encodeURIComponent(person)}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(action),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (!response.ok) throw new Error(String(answer.error));
  return answer;
}
