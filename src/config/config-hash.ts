import { hashOf } from "../core/hash-of.ts";
import type { Config } from "./config.ts";

/** Enough to tell some configurations apart. */
const LENGTH = 12;

/** The same for all replicas with one configuration: without secrets, and without what belongs to one host. */
export function hashConfig({ slack, servers, people, ownTokens }: Config): string {
  const { word, channels, operationsChannel, incoming } = slack;
  const shared = { word, channels, operationsChannel, incoming: incoming.mode };
  const rules = servers.map(({ credentials: _own, warnings: _said, ...server }) => server);
  return hashOf({ slack: shared, servers: rules, people, ownTokens: ownTokens !== undefined }).slice(0, LENGTH);
}
