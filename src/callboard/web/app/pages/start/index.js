/** What can be started. */
import { html, useState } from '../../lib.js';
import { get, post } from '../../api.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { address, go } from '../../router.js';
import { t } from '../../texts.js';
import { Button } from '../../ui/button.js';
import { Empty, Loaded } from '../../ui/states.js';
import { toastError } from '../../ui/toast.js';

export default function Start() {
  usePage(t('nav.start'));
  const load = useLoad((signal) => get('/scenarios', { signal }).then(({ data }) => data), []);
  return html`<div class="page">
    <header class="page-head"><h1>${t('start.title')}</h1></header>
    <${Loaded} load=${load}>${(/** @type {any[]} */ scenarios) => scenarios.length === 0
      ? html`<${Empty} icon="start" title=${t('start.none')}>${t('start.none.text')}<//>`
      : html`<ul class="cards">${scenarios.map((scenario) => html`<li key=${scenario.id}><${Scenario} scenario=${scenario} /></li>`)}</ul>`}<//>
  </div>`;
}

/** @param {{scenario: any}} props */
function Scenario({ scenario }) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      const { data } = await post('/processes', { scenario: scenario.id }, { once: true });
      go(address('processes', data.id, { tab: 'now' }));
    } catch (error) {
      toastError(error);
      setBusy(false);
    }
  };
  return html`<article class="card"><h2>${scenario.title}</h2><p class="muted">${scenario.description}</p><div class="row"><${Button} busy=${busy} onClick=${start}>${t('start.do')}<//><span class="muted mono">${scenario.name ?? ''} ${scenario.version ?? ''}</span></div></article>`;
}
