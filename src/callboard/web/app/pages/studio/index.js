/** The scenarios that are stored. */
import { html } from '../../lib.js';
import { get } from '../../api.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { t } from '../../texts.js';
import { Badge } from '../../ui/badge.js';
import { Empty, Loaded } from '../../ui/states.js';

export default function Studio() {
  usePage(t('nav.studio'));
  const load = useLoad((signal) => get('/scenarios', { signal }).then(({ data }) => data), []);
  return html`<div class="page">
    <header class="page-head"><h1>${t('nav.studio')}</h1></header>
    <${Loaded} load=${load}>${(/** @type {any[]} */ scenarios) => scenarios.length === 0
      ? html`<${Empty} icon="studio" title=${t('start.none')}>${t('start.none.text')}<//>`
      : html`<ul class="list">${scenarios.map((scenario) => html`<li key=${scenario.id} class="item"><span class="item-main"><span class="item-title">${scenario.title}</span><span class="item-text">${scenario.description}</span></span><span class="item-side">${scenario.version && html`<${Badge}>${scenario.version}<//>`}</span></li>`)}</ul>`}<//>
  </div>`;
}
