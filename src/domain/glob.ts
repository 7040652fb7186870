/**
 * Whether a name matches a glob: `*` is any run of characters, `?` any one; all else is itself, upper and lower case alike.
 * Takes at most glob length times name length steps, whatever is typed.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const pattern = [...glob.toLowerCase()];
  const text = [...name.toLowerCase()];
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p;
      resume = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else {
      return false;
    }
  }
  return pattern.slice(p).every((character) => character === "*");
}
