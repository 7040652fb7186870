/** Whether it is a name as it stands, without `*` or `?`. */
export function isNameOnly(glob: string): boolean {
  return !/[*?]/.test(glob);
}

/**
 * Whether a name matches a glob: `*` is any run of characters, `?` any one; all else is itself, upper and lower case alike.
 * Takes at most glob length times name length steps, whatever is typed.
 */
export function matchesGlob(glob: string, name: string): boolean {
  return matchesPattern(toPattern(glob.toLowerCase()), name.toLowerCase());
}

/** A glob that is matched against many names. */
export type Pattern = string | readonly string[];

/** Characters beyond the first plane are two units of a string, and one character of a name. */
export function toPattern(glob: string): Pattern {
  return byCharacter(glob.replace(/\*+/g, "*"));
}

/** The same as `matchesGlob`, where upper and lower case are alike already. */
export function matchesPattern(pattern: Pattern, name: string): boolean {
  const text = byCharacter(name);
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
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

function byCharacter(text: string): Pattern {
  return /[\ud800-\udfff]/.test(text) ? [...text] : text;
}
