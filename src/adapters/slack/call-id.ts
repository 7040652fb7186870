/** As Slack writes them; anything else would be text from outside in the ledger. */
const ID = /^[\w.-]{1,100}$/;

/** What Slack calls a payload: the trigger of what a person typed, pressed or filled in, or the event. Undefined if it has no name. */
export function callId(payload: object): { readonly id?: string } {
  const { trigger_id: trigger, event_id: event } = payload as {
    readonly trigger_id?: unknown;
    readonly event_id?: unknown;
  };
  const id = trigger ?? event;
  return typeof id === "string" && ID.test(id) ? { id } : {};
}
