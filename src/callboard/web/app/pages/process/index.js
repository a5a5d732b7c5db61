/** One process: what happened, who is who, and its data. */
import { html } from '../../lib.js';
import { get } from '../../api.js';
import { useLive } from '../../live.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { setQuery } from '../../router.js';
import { t } from '../../texts.js';
import { Badge, StateBadge } from '../../ui/badge.js';
import { Copy } from '../../ui/copy.js';
import { Person } from '../../ui/person.js';
import { Loaded } from '../../ui/states.js';
import { Tabs } from '../../ui/tabs.js';
import { Time } from '../../ui/time.js';
import { Tree } from '../../ui/tree.js';

/** @param {{parts: string[], query: URLSearchParams}} props */
export default function Process({ parts: [id], query }) {
  const load = useLoad((signal) => get(`/processes/${encodeURIComponent(id)}`, { signal }).then(({ data }) => data), [id]);
  useLive(load.reload, { process: id });
  const title = load.data?.title ?? t('process');
  usePage(title, [{ label: t('nav.processes'), href: '/ui/processes' }, { label: title }]);
  return html`<div class="page"><${Loaded} top load=${load}>${(/** @type {any} */ process) => html`<${Shown} process=${process} query=${query} />`}<//></div>`;
}

/** @param {{process: any, query: URLSearchParams}} props */
function Shown({ process, query }) {
  const tabs = ['story', 'now', 'data'].map((key) => ({ key, title: t(`process.${key}`) }));
  const chosen = query.get('tab') ?? 'story';
  return html`<header class="page-head"><div>
      <h1>${process.title}</h1>
      <p class="row">
        <${StateBadge} state=${process.current} running=${process.isRunning} />
        <span class="muted">${process.scenario.title} ${process.scenario.version ?? ''}</span>
        ${process.tags.map((/** @type {string} */ tag) => html`<${Badge} key=${tag}>${tag}<//>`)}
      </p>
    </div><${Copy} text=${() => location.href}>${t('process.link')}<//></header>
    <${Tabs} label=${t('process.parts')} tabs=${tabs} chosen=${chosen} choose=${(/** @type {string} */ key) => setQuery({ tab: key })}>
      ${chosen === 'story' && html`<ol class="story">${process.previous.map((/** @type {any} */ entry, /** @type {number} */ at) => html`<li key=${at}><strong>${entry.title}</strong>${entry.description && html`<p>${entry.description}</p>`}<p class="muted row">${entry.actor && html`<${Person} actor=${entry.actor} />`}<${Time} at=${entry.timestamp} /></p></li>`)}</ol>`}
      ${chosen === 'now' && html`<p>${process.current.description ?? ''}</p><ul class="list">${process.current.actions.map((/** @type {any} */ action) => html`<li key=${action.key} class="item"><span class="item-main"><span class="item-title">${action.title ?? action.key}</span><span class="item-text">${action.description ?? ''}</span></span><span class="item-side">${[action.actor].flat().map((key) => html`<${Person} key=${key} actor=${{ key, ...process.actors[key] }} />`)}</span></li>`)}</ul>`}
      ${chosen === 'data' && ['vars', 'actors', 'result'].map((part) => html`<section key=${part} class="section"><h2>${t(`process.${part}`)}</h2><${Tree} value=${process[part]} /></section>`)}
    <//>`;
}
