import type { z } from "zod";

/** The rows of a list that have this shape; undefined if it is no list, or none of its rows has. */
export function readRows<S extends z.ZodType>(row: S, value: unknown): readonly z.infer<S>[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const read = value.map((each) => row.safeParse(each)).filter(({ success }) => success);
  return read.length === 0 && value.length > 0 ? undefined : read.flatMap(({ data }) => (data ? [data] : []));
}

/** Whether an answer is about what was asked for, by its id or its name. In which case a server compares names is not known. */
export function isAbout(asked: string, { id, name }: { readonly id: string; readonly name: string }): boolean {
  return id === asked || name.toLowerCase() === asked.toLowerCase();
}
