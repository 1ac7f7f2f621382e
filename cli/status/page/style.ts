/** The page's only style sheet. Colours are pairs with a contrast of 4.5 or more; each state has a sign and words beside its colour. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #f5f6f8; --card: #fff; --text: #1b1f24; --muted: #57606a; --line: #d5d9df; --link: #0b57d0;
  --good: #1a6f37; --warn: #7a4a00; --bad: #b42318; --ask: #5b3cc4; --bar: #2f6fdb; --bar-old: #8a94a3; --both: #ffd89a; --mark: #fff6dc; }
@media (prefers-color-scheme: dark) {
  :root { --back: #0f1318; --card: #181d24; --text: #e6eaef; --muted: #a3adb9; --line: #313a45; --link: #8ab4f8;
    --good: #5fd08a; --warn: #f2bd57; --bad: #ff938a; --ask: #bba6ff; --bar: #6ea2f7; --bar-old: #7d8896; --both: #6b4d12; --mark: #322a12; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0 auto; max-width: 100rem; padding: 1rem clamp(.75rem, 2.5vw, 2rem) 4rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -.01em; } h2 { margin: 2.2rem 0 .6rem; font-size: 1.25rem; } h3 { margin: 1.4rem 0 .4rem; font-size: 1rem; } h4 { margin: .6rem 0 0; }
p { margin: .2rem 0; } a { color: var(--link); } :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.muted { color: var(--muted); font-size: .875em; } .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; z-index: 2; }
nav { display: flex; flex-wrap: wrap; gap: 1.2rem; margin-top: .8rem; }
#age { color: var(--bad); font-weight: 600; }
.tiles { display: flex; flex-wrap: wrap; gap: .6rem; margin: .9rem 0 0; padding: 0; list-style: none; }
.tiles li { min-width: 8.5rem; padding: .5rem .9rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tiles b { display: block; font-size: 1.7rem; line-height: 1.2; color: var(--text); }
.broken { color: var(--bad); } .unknown { color: var(--ask); } .soon { color: var(--warn); } .well { color: var(--good); }
.critical, .high { color: var(--bad); } .medium { color: var(--warn); } .low { color: var(--good); }
.badge { display: inline-block; padding: 0 .5em; border: 1px solid currentColor; border-radius: 1em; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.all-well { padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; } .all-well span { color: var(--good); font-weight: 700; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: .8rem; align-items: start; }
.card { padding: .7rem 1rem .8rem; background: var(--card); border: 1px solid var(--line); border-left: 5px solid currentColor; border-radius: 10px; }
.card > * { color: var(--text); } article h3 { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; margin: 0; }
.card h3 { margin: 0 0 .2rem; } .card .muted, .fix { color: var(--muted); }
.problem-list { margin: .3rem 0 0; padding: 0; list-style: none; } .problem-list li + li { margin-top: .6rem; padding-top: .6rem; border-top: 1px solid var(--line); }
.code { padding: 0 .4em; border: 1px solid var(--line); border-radius: 4px; color: var(--muted); font-size: .78rem; white-space: nowrap; }
.copyable { display: flex; flex-wrap: wrap; gap: .2rem .5rem; align-items: center; margin: .15rem 0; }
.command { padding: .15rem .5rem; background: var(--back); border: 1px solid var(--line); border-radius: 6px; color: var(--text);
  font: .82rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; white-space: pre-wrap; user-select: all; }
button { padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); color: var(--link); font: inherit; font-size: .82rem; cursor: pointer; }
button:hover { border-color: currentColor; }
.coming { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin: .3rem 0; padding: 0; list-style: none; }
#toolbar:not([hidden]) { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; align-items: center; margin: 1.6rem -.5rem 0; padding: .6rem .5rem;
  background: var(--back); border-bottom: 1px solid var(--line); }
#toolbar input, #toolbar select { max-width: 100%; padding: .3rem .5rem; border: 1px solid var(--muted); border-radius: 6px; background: var(--card); color: var(--text); font: inherit; }
#toolbar input { width: 20rem; } #toolbar output { color: var(--muted); }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; align-items: center; } .legend span { white-space: nowrap; }
.key { width: 1.6rem; height: 16px; vertical-align: -3px; }
.bar { display: block; width: 100%; height: 24px; overflow: visible; }
.current { fill: var(--bar); rx: 2px; } .previous { fill: none; stroke: var(--bar-old); stroke-width: 2; rx: 2px; } .overlap { fill: var(--both); }
.today { stroke: var(--text); stroke-width: 2; } .next { stroke: var(--text); stroke-width: 2; stroke-dasharray: 3 3; }
table, thead, tbody { display: block; } tr { display: grid; } th, td { display: block; padding: 0; text-align: left; font-weight: inherit; min-width: 0; }
table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
thead { border-bottom: 1px solid var(--line); color: var(--muted); font-size: .85rem; } thead th { align-self: center; } thead button { padding: 0; border: 0; background: none; color: inherit; font-size: inherit; text-align: left; text-decoration: underline dotted; }
thead [aria-sort] button { color: var(--text); font-weight: 700; }
tr { gap: .2rem 1rem; padding: .6rem .9rem; } tbody tr + tr { border-top: 1px solid var(--line); }
tbody tr { content-visibility: auto; contain-intrinsic-size: auto 72px; } tr[hidden] { display: none; } tr:target { background: var(--mark); }
tbody th a { font-weight: 700; } .domain { display: block; } td .muted { display: inline-block; }
.caption { font-size: .85rem; } summary { color: var(--link); cursor: pointer; } td.problems { grid-column: 1 / -1; } thead .problems { display: none; }
.tenants tr { grid-template-columns: minmax(8rem, 1.2fr) 10rem minmax(14rem, 3fr) minmax(7rem, 1fr) minmax(7rem, 1fr); }
.tenants.with-receipts tr { grid-template-columns: minmax(8rem, 1.2fr) 10rem minmax(12rem, 3fr) minmax(7rem, 1fr) minmax(7rem, 1fr) minmax(8rem, 1.2fr); }
.access tr { grid-template-columns: 6.5rem minmax(0, 2fr) minmax(0, 1.4fr) minmax(0, 3fr) minmax(8rem, 1fr); } .access.of-2 tr { grid-template-columns: 6.5rem minmax(0, 3fr) minmax(0, 3fr) minmax(8rem, 1fr); }
.tenant-list { margin: .3rem 0; padding-left: 1.1rem; max-height: 20rem; overflow: auto; } .id { overflow-wrap: anywhere; }
@media (max-width: 62rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.tenants tr { grid-template-columns: 1fr auto; } .tenants .life, .tenants td[data-label] { grid-column: 1 / -1; }
  table.access tr { grid-template-columns: 1fr; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--muted); font-size: .85rem; }
  /* On a phone it would cover the row that a link leads to. */
  html { scroll-padding-top: 1rem; } #toolbar:not([hidden]) { position: static; }
  #toolbar input { width: 100%; } #toolbar label { flex: 1 1 14rem; }
}
@media print { #toolbar, .skip, button { display: none; } details::details-content { content-visibility: visible; } }
`;
