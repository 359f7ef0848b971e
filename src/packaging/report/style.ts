/** The style of a report: one column that fits a phone, light or dark as the reader has it, and paper. */
export const reportStyle = `
:root{color-scheme:light dark;--text:#1b1f24;--muted:#4d5560;--page:#ffffff;--panel:#f5f7f9;--line:#c9d1d9;--accent:#0b5cad;--good:#116329;--bad:#a40e26;--warn:#7a4b00}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--muted:#a9b4c0;--page:#0d1117;--panel:#161b22;--line:#3d444d;--accent:#79b8ff;--good:#7ee787;--bad:#ffa198;--warn:#f2cc60}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:60rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.2;margin:1.2rem 0 .4rem}
h2{font-size:1.25rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
a{color:var(--accent)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--page);padding:.3rem .6rem}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1rem;padding:0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;margin:.8rem 0}
dt{color:var(--muted)}
dd{margin:0}
blockquote{margin:.6rem 0;padding:.2rem 1rem;border-left:4px solid var(--accent)}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;min-width:100%;font-size:.92rem}
caption{text-align:start;color:var(--muted);padding:.2rem 0;position:sticky;left:0}
th,td{text-align:start;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
td,th{max-width:28rem;overflow-wrap:break-word}
thead th{background:var(--panel)}
tbody th{font-weight:normal}
.number{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
.whole{white-space:nowrap}
.proved{color:var(--good);font-weight:bold}
.failed{color:var(--bad);font-weight:bold}
.open{color:var(--warn);font-weight:bold}
.hidden{color:var(--muted)}
pre{background:var(--panel);padding:1rem;overflow-x:auto;font-size:.85rem;overflow-wrap:normal}
figure{margin:.8rem 0;max-width:38rem}
figcaption{color:var(--muted);font-size:.9rem}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--text);font-size:13px;font-family:inherit}
svg .axis{fill:var(--muted);font-size:12px}
svg .grid{stroke:var(--line)}
svg .line{fill:none;stroke:var(--accent);stroke-width:2}
svg .dot,svg .bar{fill:var(--accent)}
svg .edge{fill:none;stroke:var(--accent);stroke-width:1.5}
svg .indirect{stroke:var(--muted);stroke-dasharray:4 4}
svg .box{fill:var(--panel);stroke:var(--line)}
footer{color:var(--muted);margin-top:2.5rem;padding-bottom:2rem}
@media (max-width:30rem){svg text,svg .axis{font-size:16px}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .5rem}}
@media print{nav,.skip{display:none}}
`;
