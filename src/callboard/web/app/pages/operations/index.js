/** Is anything wrong? Processes by scenario and state, and what waits to be done later. */
import { html } from '../../lib.js';
import { get } from '../../api.js';
import { useLive } from '../../live.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { address } from '../../router.js';
import { number, t } from '../../texts.js';
import { StateBadge } from '../../ui/badge.js';
import { Empty, Loaded } from '../../ui/states.js';

export default function Operations() {
  usePage(t('nav.operations'));
  const load = useLoad((signal) => get('/admin/overview', { signal }).then(({ data }) => data), []);
  useLive(load.reload, { wait: 1000 });
  return html`<div class="page">
    <header class="page-head"><h1>${t('nav.operations')}</h1></header>
    <${Loaded} load=${load}>${(/** @type {any} */ overview) => html`
      <dl class="figures">
        ${[['running', overview.running], ['ended', overview.ended], ['timers', overview.pending.timer], ['messages', overview.pending.notify]].map(([key, value]) => html`<div key=${key} class="figure"><dt>${t(`operations.${key}`)}</dt><dd>${number(value)}</dd></div>`)}
      </dl>
      <section class="section"><h2>${t('operations.states')}</h2>
      ${overview.scenarios.length === 0 ? html`<${Empty} icon="operations" title=${t('operations.none')} />` : html`<ul class="list">${overview.scenarios.map((/** @type {any} */ scenario) => html`<li key=${scenario.id}><a class="item" href=${address('processes', { scenario: scenario.id })}>
        <span class="item-main"><span class="item-title">${scenario.title}</span></span>
        <span class="item-side row">${scenario.states.map((/** @type {any} */ state) => html`<span key=${state.state} class="row"><${StateBadge} state=${{ key: state.state }} running=${state.isRunning} />${number(state.count)}</span>`)}</span>
      </a></li>`)}</ul>`}</section>`}<//>
  </div>`;
}
