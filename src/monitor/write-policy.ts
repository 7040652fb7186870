import { hashPolicy } from "../model/policy-hash.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** Writes a server's rules down where they are others than those that the ledger has last. */
export async function writePolicy(projections: Projections, { name, policy }: ManagedServer): Promise<void> {
  const hash = hashPolicy(policy);
  await projections.change(() =>
    projections.claims(name).policyHash === hash
      ? []
      : [{ stream: `server.${name}`, actor: "drydock", events: [{ type: "policy.set", data: { hash } }] }],
  );
}
