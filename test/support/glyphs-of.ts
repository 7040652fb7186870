/** The characters that a TrueType font draws: its character maps of formats 4 and 12. */
export function glyphsOf(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = Array.from({ length: view.getUint16(4) }, (_, i) => 12 + 16 * i);
  const named = (at: number) => String.fromCharCode(...font.subarray(at, at + 4));
  const cmap = view.getUint32((tables.find((at) => named(at) === "cmap") ?? 0) + 8);
  const drawn = new Set<number>();
  const add = (first: number, last: number) => {
    for (let code = first; code <= last; code += 1) drawn.add(code);
  };
  for (let i = 0; i < view.getUint16(cmap + 2); i += 1) {
    const at = cmap + view.getUint32(cmap + 8 + 8 * i);
    const format = view.getUint16(at);
    if (format === 4) {
      const segments = view.getUint16(at + 6);
      for (let s = 0; s < segments; s += 2) add(view.getUint16(at + 16 + segments + s), view.getUint16(at + 14 + s));
    }
    if (format === 12)
      for (let g = 0; g < view.getUint32(at + 12); g += 1)
        add(view.getUint32(at + 16 + 12 * g), view.getUint32(at + 20 + 12 * g));
  }
  return drawn;
}
