/** A value's shape: every path in it with the JSON types that were seen there. No value is in it, and no key that may be one. */
export type Shape = ReadonlyMap<string, ReadonlySet<string>>;

const MOST_PATHS = 2_000;

export function shapeOf(value: unknown): Shape {
  const shape = new Map<string, Set<string>>();
  collect(value, "", shape);
  return shape;
}

function collect(value: unknown, path: string, shape: Map<string, Set<string>>): void {
  if (path !== "") {
    const types = shape.get(path) ?? new Set();
    if (types.size === 0 && shape.size >= MOST_PATHS) return;
    shape.set(path, types.add(typeOf(value)));
  }
  if (Array.isArray(value)) for (const entry of value) collect(entry, `${path}[]`, shape);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value))
      collect(inner, path === "" ? maskKey(key) : `${path}.${maskKey(key)}`, shape);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** In what a shape differs from the fields of the reference. What is below a path that is told, or that may hold anything, is not told. */
export function differencesOf(shape: Shape, fields: Readonly<Record<string, string>>): readonly string[] {
  const differences: string[] = [];
  const closed = new Set<string>();
  for (const [path, types] of shape) {
    const exact = fields[path];
    const known = exact ?? fields[path.replace(/[^.[\]]+$/, "*")];
    if (exact === undefined && (types.has("object") || types.has("array"))) closed.add(path);
    if (known === undefined) {
      const parent = path.replace(/(\.?[^.[\]]+|\[\])$/, "");
      if (!closed.has(parent)) differences.push(`not in the reference: ${path} (${[...types].join("|")})`);
      continue;
    }
    const allowed = known.split("|");
    const other = [...types].filter((type) => !allowed.includes(type));
    if (other.length > 0) differences.push(`${path} is ${other.join("|")}, the reference has ${known}`);
  }
  return differences;
}

/** A key that does not look like the name of a field may be somebody's data. */
function maskKey(key: string): string {
  return /^[A-Za-z][A-Za-z0-9 _-]{0,40}$/.test(key) ? key : "(masked)";
}
