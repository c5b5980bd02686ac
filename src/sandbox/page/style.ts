export const STYLE = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f6f7f9, #14181d); --card: light-dark(#fff, #1d232a); --text: light-dark(#1b2430, #e6eaef);
  --quiet: light-dark(#566273, #a2aebd); --line: light-dark(#d5dae1, #333c47); --accent: light-dark(#1a5fb4, #7db4f5);
  --good: light-dark(#17683f, #6fcf97); --bad: light-dark(#b3261e, #ff9a92);
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0 auto; max-width: 90rem; padding: 1.25rem; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 0 0 .6rem }
h2 small { color: var(--quiet); font-weight: 400 }
h3 { font-size: 1rem; margin: 0 }
p { margin: 0 }
.cards + .quiet { margin-top: .4rem }
a { color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.quiet, .number, dt, time { color: var(--quiet) }
.top { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between }
.top p { flex-basis: 100% }
#state:not(:empty) { color: var(--bad); font-weight: 600 }
.actions { display: flex; flex-wrap: wrap; gap: .5rem }
.button, button { display: inline-block; padding: .4rem .9rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--card); color: var(--accent); font: inherit; text-decoration: none; cursor: pointer }
.button:hover, button:hover { background: var(--accent); color: var(--card) }
.alarm { margin-top: 1rem; padding: .6rem 1rem; border: 1px solid var(--bad); border-radius: 6px; color: var(--bad) }
main > form, .alarm form { margin-top: .6rem }
nav { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 }
nav a { padding: .25rem .7rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); color: inherit; text-decoration: none }
nav a:hover { border-color: var(--accent) }
mark { padding: 0 .4rem; border-radius: 4px; font-size: .8rem; color: #fff }
mark.new { background: #17683f }
mark.changed { background: #8a4b00 }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem }
@media (min-width: 62rem) { .columns { grid-template-columns: minmax(0, 1.9fr) minmax(0, 1fr) } }
section + section { margin-top: 1.5rem }
section.requests { margin-top: 0 }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: .6rem; align-items: start }
article { padding: .6rem .8rem; border: 1px solid var(--line); border-left-width: 4px; border-radius: 8px; background: var(--card) }
article.new { border-left-color: #1f8a54 }
article.changed { border-left-color: #b96a10 }
article:target { outline: 3px solid var(--accent) }
.number { font-size: .85rem }
dl { margin: .35rem 0 0; font-size: .9rem }
dl div { display: grid; grid-template-columns: minmax(7.6rem, 2fr) minmax(0, 3fr); gap: .6rem }
dd { margin: 0; white-space: pre-line }
.tags { margin-top: .35rem }
.tags span { display: inline-block; padding: 0 .45rem; border: 1px solid var(--line); border-radius: 4px; font-size: .85rem }
.tags span.new { border-color: #1f8a54 }
.requests ol { margin: 0; padding: 0; list-style: none }
.requests li { padding: .3rem 0; border-top: 1px solid var(--line); font-size: .9rem }
summary { cursor: pointer }
.path, pre { font-family: ui-monospace, monospace; font-size: .85em }
.requests h3 { margin-top: .4rem; font-size: .85rem }
pre { margin: .2rem 0; padding: .5rem; max-height: 22rem; overflow: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--card); white-space: pre-wrap }
.made { font-size: .85rem }
.good, .bad { font-weight: 600 }
.good { color: var(--good) } .bad, .fault { color: var(--bad) }
`;
