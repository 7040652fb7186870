/** How an event names an agent, a relay or a server's user: the server's id, and the name at that time. */
export interface AgentRef {
  readonly id: string;
  readonly name: string;
}
