/** What is wrong with a line that is not YAML: by the parser's code for it, and the character at which it stopped. */
export function syntaxSentence(code: string, at: string): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "this line is indented with a tab. Indent it with spaces.";
    case "BAD_INDENT":
      return "this line is not indented like the settings that it belongs to, or a [ or { above it is not closed.";
    case "MULTILINE_IMPLICIT_KEY":
      return "a setting's name ends with a colon and a space (mode: observe).";
    case "BLOCK_AS_IMPLICIT_KEY":
    case "BLOCK_IN_FLOW":
      return 'there are two settings on this line, or the next line is indented too far. Put each on a line of its own. Put a text with a colon into quotes ("a: b").';
    case "BAD_SCALAR_START":
    case "BAD_ALIAS":
      return `a value that begins with ${at} needs quotes, e.g. "${at}text".`;
    case "MULTIPLE_DOCS":
      return "a second document begins here (---). One file holds one configuration: delete this line.";
    default:
      if (code === "MISSING_CHAR" && /["']/.test(at)) return "the quote that opens here is not closed.";
      return `Drydock does not understand this line. A text with special characters needs quotes, e.g. "it's frozen".`;
  }
}
