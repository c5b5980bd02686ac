export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: #2c7be5; --bad: #c0392b; --good: #1e8e5a; }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 78rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 }
h2 { font-size: 1.05rem; margin: 0 0 .6rem }
.banner { border-left: 4px solid var(--accent); background: var(--soft); padding: .6rem 1rem; margin: 1rem 0 1.5rem }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(21rem, 1fr)); gap: 1.5rem }
article { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; margin-bottom: .6rem }
article header { display: flex; justify-content: space-between; gap: 1rem; font-weight: 600 }
small, dt { color: #888 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 .8rem; margin: .3rem 0 0; font-size: .9rem }
dd { margin: 0; overflow-wrap: anywhere }
.tag { display: inline-block; background: var(--soft); border-radius: 4px; padding: 0 .4rem; margin: .3rem .3rem 0 0; font-size: .8rem }
table { border-collapse: collapse; width: 100%; font: .85rem ui-monospace, monospace }
td { border-top: 1px solid var(--line); padding: .2rem .5rem; overflow-wrap: anywhere }
.good { color: var(--good) } .bad { color: var(--bad) }
`;
