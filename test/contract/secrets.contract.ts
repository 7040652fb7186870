import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Secrets } from "../../src/core/ports.ts";
import { Secret } from "../../src/core/secret.ts";
import { runs } from "../support/runs.ts";

/** What every store of secrets does, whatever it is kept in. */
export function secretsContract(name: string, open: () => Promise<Secrets>): void {
  describe(`the store of secrets ${name}`, () => {
    const alice = { person: "U0ALICE", server: "prod" };

    test("gives back what was put last, to its owner alone, and lists owners", async () => {
      const secrets = await open();
      await secrets.put(alice, new Secret("first"));
      await secrets.put(alice, new Secret("second"));
      await secrets.put({ ...alice, server: "test" }, new Secret("other server"));
      expect((await secrets.get(alice))?.reveal()).toBe("second");
      expect(await secrets.get({ person: "U0BOB", server: "prod" })).toBeUndefined();
      expect(await secrets.owners()).toEqual([alice, { ...alice, server: "test" }]);
      await secrets.close();
    });

    test("destroys one and leaves the others; destroying what is not there is done", async () => {
      const secrets = await open();
      const bob = { person: "U0BOB", server: "prod" };
      await secrets.put(alice, new Secret("a"));
      await secrets.put(bob, new Secret("b"));
      await (await secrets.toDestroy(alice))();
      await (await secrets.toDestroy(alice))();
      expect(await secrets.get(alice)).toBeUndefined();
      expect(await secrets.owners()).toEqual([bob]);
      await secrets.close();
    });

    test("what was put is taken back, or destroyed, only while nothing else has taken its place", async () => {
      const secrets = await open();
      const kept = async () => (await secrets.get(alice))?.reveal();
      const first = await secrets.put(alice, new Secret("a"));
      const destroyFirst = await secrets.toDestroy(alice);
      const second = await secrets.put(alice, new Secret("b"));
      await destroyFirst();
      await first();
      expect(await kept()).toBe("b");
      await second();
      expect(await kept()).toBe("a");
      // The same text that was put again is another one: it may be what counts now.
      const again = await secrets.put(alice, new Secret("c"));
      await secrets.put(alice, new Secret("c"));
      await again();
      expect(await kept()).toBe("c");
      const destroyLast = await secrets.toDestroy(alice);
      await destroyLast();
      const only = await secrets.put(alice, new Secret("d"));
      await destroyLast();
      expect(await kept()).toBe("d");
      await only();
      await only();
      expect(await secrets.owners()).toEqual([]);
      await secrets.close();
    });

    test("recognizes what is kept, and no other text", async () => {
      const secrets = await open();
      await secrets.put(alice, new Secret("the secret of alice"));
      expect(secrets.isKnown("the secret of alice")).toBe(true);
      expect(secrets.isKnown("the secret of alic")).toBe(false);
      await secrets.close();
    });

    test("under any sequence it holds what a map would hold", async () => {
      const owner = fc.record({ person: fc.constantFrom("U1", "U2", 'U"3'), server: fc.constantFrom("a", "b") });
      const step = fc.record({
        owner,
        secret: fc.option(fc.string({ minLength: 1, unit: "grapheme" }), { nil: undefined }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const secrets = await open();
          const model = new Map<string, string>();
          for (const { owner: whose, secret } of steps) {
            const key = JSON.stringify([whose.person, whose.server]);
            if (secret === undefined) {
              await (await secrets.toDestroy(whose))();
              model.delete(key);
            } else {
              await secrets.put(whose, new Secret(secret));
              model.set(key, secret);
            }
            expect((await secrets.get(whose))?.reveal()).toBe(model.get(key));
          }
          expect(await secrets.owners()).toHaveLength(model.size);
          await secrets.close();
        }),
        { numRuns: runs(10, 250) },
      );
    });
  });
}
