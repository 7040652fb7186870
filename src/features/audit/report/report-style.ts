import { html } from "./html.ts";

/** The page's style: no font, picture or script from elsewhere, readable on a phone, in the dark and on paper. */
export const REPORT_STYLE = html`
:root { --ink: #1d1c1d; --soft: #5c5b60; --line: #dcdce0; --back: #fff; --card: #f6f6f8; --good: #14713d; --bad: #b3261e; --halt: #8a5a00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8ea; --soft: #a5a4ab; --line: #3a3a40; --back: #17171a; --card: #212126; --good: #5ecb8d; --bad: #ff8a80; --halt: #f0b858; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
p { margin: .25rem 0; }
small, .soft { color: var(--soft); font-size: .875rem; }
code { font: .9em ui-monospace, monospace; background: var(--card); padding: .05em .3em; border-radius: .25em; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); } .halt { color: var(--halt); }
.verdict { display: inline-block; margin: .75rem 0; padding: .35rem .8rem; border: 2px solid currentColor; border-radius: .5rem; font-weight: 600; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .3rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: .875rem; }
th, td { padding: .45rem .6rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
table.agents { table-layout: fixed; }
table.agents th:last-child { width: 45%; }
table.claims td:first-child { width: 9rem; }
td ol { margin: 0; padding-left: 1.3rem; }
td ul { margin: .2rem 0 0; padding-left: 1.1rem; }
ol.timeline { list-style: none; margin: 0; padding: 0; }
ol.timeline li { display: grid; grid-template-columns: 11.5rem 1fr; gap: .25rem 1rem; padding: .5rem 0 .5rem .8rem; border-left: 3px solid var(--line); }
ol.timeline li.good { border-color: var(--good); } ol.timeline li.bad { border-color: var(--bad); } ol.timeline li.halt { border-color: var(--halt); }
ol.timeline li > * { color: var(--ink); }
ol.timeline .why { color: var(--soft); }
summary { cursor: pointer; font-weight: 600; margin: .8rem 0; }
@media (max-width: 40rem) {
  dl, ol.timeline li { grid-template-columns: 1fr; gap: 0; }
  dt { margin-top: .5rem; }
  thead { display: none; }
  table.claims td:first-child { width: auto; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; border: 0; padding: .1rem 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); font-size: .875rem; }
  td ol { padding-left: 1.6rem; }
}
@media print { body { max-width: none; } li, tr { break-inside: avoid; } }
`;
