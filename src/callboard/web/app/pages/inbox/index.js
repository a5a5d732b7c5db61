/** The inbox: what waits for me. */
import { html, useState } from '../../lib.js';
import { list } from '../../api.js';
import { useLive } from '../../live.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { address } from '../../router.js';
import { may } from '../../session.js';
import { t } from '../../texts.js';
import { StateBadge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Pager } from '../../ui/pager.js';
import { Empty, Loaded } from '../../ui/states.js';
import { Time } from '../../ui/time.js';

export default function Inbox() {
  usePage(t('nav.inbox'));
  const load = useLoad((signal) => list('/tasks', { signal }), []);
  useLive(load.reload, { kinds: ['task-appeared', 'task-gone'] });
  const more = async () => {
    const page = await list(load.data.next);
    load.set({ ...page, items: [...load.data.items, ...page.items] });
  };
  return html`<div class="page">
    <header class="page-head"><h1>${t('nav.inbox')}</h1></header>
    <${Loaded} load=${load}>${(/** @type {any} */ { items, next }) => items.length === 0 && !next ? html`<${Nothing} />` : html`
      <ul class="list">${items.map((/** @type {any} */ task) => html`<li key=${task.process.id}><${Task} task=${task} /></li>`)}</ul>
      <${Pager} next=${next} more=${more} />`}<//>
  </div>`;
}

function Nothing() {
  const action = may('process:start') && html`<${Button} kind="primary" icon="start" href="/ui/start">${t('nav.start')}<//>`;
  return html`<${Empty} icon="check" title=${t('inbox.none')} action=${action}>${t('inbox.none.text')}<//>`;
}

/** @param {{task: any}} props */
function Task({ task }) {
  const { process, state, actions, instructions, since, due } = task;
  const instruction = Object.values(instructions).find((text) => typeof text === 'string');
  return html`<a class="item" href=${address('processes', process.id, { tab: 'now' })}>
    <span class="item-main"><span class="item-title">${process.title}</span><span class="item-text">${instruction ?? state.description ?? actions.map((/** @type {any} */ action) => action.title ?? action.key).join(' · ')}</span></span>
    <span class="item-side"><${StateBadge} state=${state} /><span class="muted">${due ? html`<${Time} at=${due} due=${true} />` : html`<${Time} at=${since} />`}</span></span>
  </a>`;
}
