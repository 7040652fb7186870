import type { BenchPlot } from "./results.ts";

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 64;
const RIGHT = 24;
const TOP = 84;
const BOTTOM = 56;
/** Told apart by people who see few colours, on white and on black. */
const COLOURS = ["#0a84d8", "#e0601a", "#12a07a", "#c668a8", "#c99200", "#7a7fe0"];
const MAX_TICKS = 6;
/** What a picture of a page has: it is not told whether the page is dark, so it asks the machine. */
const STYLE = `text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #8c959f; stroke-opacity: .35 }
.target { stroke: #57606a; stroke-dasharray: 2 4; stroke-width: 2 }
.line { fill: none; stroke-width: 2.5 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .target { stroke: #b1bac4 } }`;

/**
 * An SVG picture with one line for each way, points marked, and the target as a dotted line. In plain code: libraries for plots bring dozens
 * of packages, for two pictures.
 */
export function drawPlot({ title, x, y, lines, target, logarithmic = false }: BenchPlot): string {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const ys = [...lines.flatMap(({ points }) => points.map(([, value]) => value)), ...(target ? [target] : [])];
  const ticks = logarithmic ? powers(Math.min(...ys), Math.max(...ys)) : evenly(Math.min(...ys), Math.max(...ys));
  const across = scaleOf(xs[0] ?? 1, xs.at(-1) ?? 10, LEFT, WIDTH - RIGHT, Math.log);
  const up = scaleOf(ticks[0] ?? 0, ticks.at(-1) ?? 1, HEIGHT - BOTTOM, TOP, logarithmic ? Math.log : (value) => value);
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${up(tick)}" y2="${up(tick)}"/>` +
      `<text x="${LEFT - 8}" y="${up(tick) + 4}" text-anchor="end">${shown(tick)}</text>`,
  );
  const sizes = xs.map(
    (size) => `<text x="${across(size)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${shown(size)}</text>`,
  );
  const drawn = lines.map(({ points }, i) => {
    const places = points.map(([at, value]) => `${across(at)},${up(value)}`);
    const marks = points.map(
      ([at, value]) => `<circle cx="${across(at)}" cy="${up(value)}" r="3.5" fill="${colour(i)}"/>`,
    );
    return `<polyline class="line" stroke="${colour(i)}" points="${places.join(" ")}"/>${marks.join("")}`;
  });
  const goal =
    target === undefined
      ? []
      : [`<line class="target" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${up(target)}" y2="${up(target)}"/>`];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="${LEFT}" y="22">${escaped(title)}</text>`,
    ...legend(
      [...lines.map(({ label }) => label), ...(target === undefined ? [] : [`target ${shown(target)}`])],
      lines.length,
    ),
    ...grid,
    ...sizes,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...goal,
    ...drawn,
    "</svg>",
  ].join("\n")}\n`;
}

/** Two rows above the picture. @param count how many of the labels are of lines; one after them is the target's. */
function legend(labels: readonly string[], count: number): readonly string[] {
  const columns = Math.ceil(labels.length / 2);
  const wide = (WIDTH - LEFT - RIGHT) / columns;
  return labels.map((label, i) => {
    const at = LEFT + (i % columns) * wide;
    const row = 42 + Math.floor(i / columns) * 20;
    const look = i < count ? `class="line" stroke="${colour(i)}"` : 'class="target"';
    return `<line ${look} x1="${at}" x2="${at + 22}" y1="${row}" y2="${row}"/><text x="${at + 28}" y="${row + 4}">${escaped(label)}</text>`;
  });
}

function scaleOf(from: number, to: number, start: number, end: number, by: (value: number) => number) {
  const length = by(to) - by(from) || 1;
  return (value: number) => Math.round((start + ((by(value) - by(from)) / length) * (end - start)) * 10) / 10;
}

/** Round values around all of these. */
function evenly(min: number, max: number): readonly number[] {
  const rough = (max - min || 1) / MAX_TICKS;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * ([1, 2, 5, 10].find((factor) => ten * factor >= rough) ?? 10);
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function powers(min: number, max: number): readonly number[] {
  const first = Math.floor(Math.log10(min));
  const last = Math.ceil(Math.log10(max));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function shown(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function colour(i: number): string {
  return COLOURS[i % COLOURS.length] ?? "";
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
