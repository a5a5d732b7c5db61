/** The processes that I may see, newest first. */
import { html } from '../../lib.js';
import { list } from '../../api.js';
import { useLive } from '../../live.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { address, setQuery } from '../../router.js';
import { t } from '../../texts.js';
import { StateBadge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Pager } from '../../ui/pager.js';
import { Empty, Loaded } from '../../ui/states.js';
import { Tabs } from '../../ui/tabs.js';
import { Time } from '../../ui/time.js';

/** @param {{query: URLSearchParams}} props */
export default function Processes({ query }) {
  usePage(t('nav.processes'));
  const which = query.get('which') ?? 'all';
  const running = which === 'all' ? undefined : String(which === 'running');
  const scenario = query.get('scenario') ?? undefined;
  const load = useLoad((signal) => list('/processes', { query: { sort: '-lastUpdated', running, scenario }, signal }), [running, scenario]);
  useLive(load.reload, { wait: 600 });
  const more = async () => {
    const page = await list(load.data.next);
    load.set({ ...page, items: [...load.data.items, ...page.items] });
  };
  const tabs = ['all', 'running', 'ended'].map((key) => ({ key, title: t(`processes.${key}`) }));
  return html`<div class="page">
    <header class="page-head"><h1>${t('nav.processes')}</h1></header>
    <${Tabs} label=${t('processes.which')} tabs=${tabs} chosen=${which} choose=${(/** @type {string} */ key) => setQuery({ which: key === 'all' ? null : key })}>
      <${Loaded} load=${load}>${(/** @type {any} */ { items, next }) => items.length === 0 && !next
        ? html`<${Empty} icon="processes" title=${t('processes.none')} action=${html`<${Button} kind="primary" icon="start" href="/ui/start">${t('nav.start')}<//>`}>${t('processes.none.text')}<//>`
        : html`<ul class="list">${items.map((/** @type {any} */ process) => html`<li key=${process.id}><a class="item" href=${address('processes', process.id)}>
            <span class="item-main"><span class="item-title">${process.title}</span><span class="item-text">${process.scenario.title ?? process.scenario.name ?? ''}</span></span>
            <span class="item-side"><${StateBadge} state=${process.current} running=${process.isRunning} /><span class="muted"><${Time} at=${process.lastUpdated} /></span></span>
          </a></li>`)}</ul><${Pager} next=${next} more=${more} />`}<//>
    <//>
  </div>`;
}
