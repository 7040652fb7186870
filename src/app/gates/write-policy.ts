import { plainWords, policyWords } from "../../domain/gates/words.ts";
import { hashPolicy } from "../../domain/plans/plan-hash.ts";
import type { Board } from "../board.ts";
import type { Site } from "../site.ts";

/** Writes a server's rules down where they are others than those that the ledger has last. */
export async function writePolicy(board: Board, { name, policy }: Site): Promise<void> {
  const hash = hashPolicy(policy);
  const text = plainWords(policyWords(policy));
  await board.change(() =>
    board.claims(name).policyHash === hash
      ? []
      : [{ stream: `server.${name}`, actor: "drydock", facts: [{ type: "policy.set", data: { hash, text } }] }],
  );
}
