import type { SecretOwner, Secrets } from "../../core/ports.ts";
import { Secret } from "../../core/secret.ts";
import { createDigests } from "../chain/digests.ts";
import type { Keyring, Sealed } from "../chain/keyring.ts";

/** Secrets for tests: sealed as on disk, gone with the process. */
export function openMemorySecrets(keyring: Keyring): Secrets {
  const all = new Map<string, { readonly owner: SecretOwner; readonly sealed: Sealed }>();
  const digests = createDigests();
  const keyOf = ({ person, server }: SecretOwner) => JSON.stringify([person, server]);

  return {
    async put({ person, server }, secret) {
      const owner = { person, server };
      digests.add(secret.reveal());
      const [key, kept] = [keyOf(owner), { owner, sealed: keyring.seal(owner, secret.reveal()) }];
      const before = all.get(key);
      all.set(key, kept);
      return async () => {
        if (all.get(key) !== kept) return;
        if (before) all.set(key, before);
        else all.delete(key);
      };
    },
    async get(owner) {
      const kept = all.get(keyOf(owner));
      const text = kept && keyring.open(owner, kept.sealed);
      return text === undefined ? undefined : new Secret(text);
    },
    async toDestroy(owner) {
      const [key, kept] = [keyOf(owner), all.get(keyOf(owner))];
      return async () => {
        if (all.get(key) === kept) all.delete(key);
      };
    },
    owners: async () => [...all.values()].map(({ owner }) => owner),
    isKnown: digests.has,
    close: async () => {},
  };
}
