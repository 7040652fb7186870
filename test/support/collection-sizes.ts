import { Session } from "node:inspector/promises";

type Collection = Map<unknown, unknown> | Set<unknown>;

/** How many entries each Map and each Set has that is still in use in this process. Node's inspector finds them, whoever keeps them. */
export async function collectionSizes(): Promise<ReadonlyMap<Collection, number>> {
  const session = new Session();
  session.connect();
  const sizes = new Map<Collection, number>();
  const take = (found: readonly Collection[]) => {
    // A prototype is found too, and is no collection.
    for (const one of found) if (!Object.hasOwn(one, "constructor") && one !== sizes) sizes.set(one, one.size);
  };
  Object.assign(globalThis, { takeCollections: take });
  try {
    for (const type of ["Map", "Set"]) {
      const { result } = await session.post("Runtime.evaluate", { expression: `${type}.prototype` });
      const { objects } = await session.post("Runtime.queryObjects", { prototypeObjectId: result.objectId ?? "" });
      const { exceptionDetails } = await session.post("Runtime.callFunctionOn", {
        objectId: objects.objectId,
        functionDeclaration: "function () { takeCollections(this); }",
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return sizes;
  } finally {
    Reflect.deleteProperty(globalThis, "takeCollections");
    session.disconnect();
  }
}

/** The collections that have at least so many entries more than before, each by its newest entry, with # for numbers. */
export function grownBy(
  entries: number,
  before: ReadonlyMap<Collection, number>,
  after: ReadonlyMap<Collection, number>,
): readonly string[] {
  const grown = [...after].filter(([one, size]) => size - (before.get(one) ?? size) >= entries);
  return grown.map(([one]) => newestOf(one)).sort();
}

function newestOf(collection: Collection): string {
  const newest: unknown = [...collection].at(-1);
  return collection instanceof Map && Array.isArray(newest) ? newest.map(shapeOf).join(": ") : shapeOf(newest);
}

function shapeOf(value: unknown): string {
  if (typeof value === "string") return value.replace(/\d+/g, "#").slice(0, 60);
  return typeof value === "object" && value !== null ? `{${Object.keys(value).slice(0, 3).join(", ")}}` : typeof value;
}
