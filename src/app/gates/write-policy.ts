import { plainWords, policyWords } from "../../domain/gates/words.ts";
import { hashPolicy } from "../../domain/plans/plan-hash.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Projections } from "../projections.ts";

/** Writes a server's rules down where they are others than those that the ledger has last. */
export async function writePolicy(projections: Projections, { name, policy }: ManagedServer): Promise<void> {
  const hash = hashPolicy(policy);
  const text = plainWords(policyWords(policy));
  await projections.change(() =>
    projections.claims(name).policyHash === hash
      ? []
      : [{ stream: `server.${name}`, actor: "drydock", events: [{ type: "policy.set", data: { hash, text } }] }],
  );
}
