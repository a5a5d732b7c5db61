/** The frame: the rail, the bar above, and the page between, which is loaded when it is first asked for. */
import { html, useEffect, useRef, useState } from '../lib.js';
import { overview, useKeys } from '../keys.js';
import { page, say } from '../page.js';
import { go, place } from '../router.js';
import { config, credential } from '../session.js';
import { t } from '../texts.js';
import { ErrorView, Skeleton } from '../ui/states.js';
import { Toasts } from '../ui/toast.js';
import { KeysDialog } from './keysdialog.js';
import { NotFound } from './notfound.js';
import { Rail } from './rail.js';
import { Top } from './top.js';
import { Offline } from './offline.js';

/** @type {Record<string, () => Promise<any>>} */
const PAGES = {
  inbox: () => import('../pages/inbox/index.js'),
  processes: () => import('../pages/processes/index.js'),
  process: () => import('../pages/process/index.js'),
  start: () => import('../pages/start/index.js'),
  studio: () => import('../pages/studio/index.js'),
  operations: () => import('../pages/operations/index.js'),
  signin: () => import('../pages/signin/index.js'),
};

/** Which page is at an address, and what of the address is left for it. @param {string[]} parts */
function pageAt([name = 'inbox', ...rest]) {
  if (name === 'processes' && rest.length) return { name: 'process', rest };
  return { name, rest };
}

export function Frame() {
  const here = place.value;
  const asked = pageAt(here.parts);
  const name = credential.value ? asked.name : 'signin';
  useTitle();
  useGoing();
  if (name === 'signin') {
    return html`<main id="main" tabindex="-1" class="alone"><${Page} key="signin" name="signin" rest=${[]} query=${here.query} /></main><${Toasts} />`;
  }
  return html`<a class="skip" href="#main" onClick=${skip}>${t('skip')}</a>
    <div class="frame">
      <${Rail} chosen=${name} />
      <div class="body">
        <${Top} />
        <${Offline} />
        <main id="main" tabindex="-1">
          <${Page} key=${name + asked.rest.slice(0, 1)} name=${name} rest=${asked.rest} query=${here.query} />
        </main>
      </div>
    </div>
    ${overview.value && html`<${KeysDialog} />`}
    <${Toasts} />`;
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

/** @type {Map<string, any>} Pages that are there already are shown at once. */
const loaded = new Map();

/** @param {{name: string, rest: string[], query: URLSearchParams}} props */
function Page({ name, rest, query }) {
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  const load = PAGES[name];
  useEffect(() => {
    if (!load || loaded.has(name)) return;
    load().then(
      (module) => (loaded.set(name, module.default), redraw((n) => n + 1)),
      setFailed,
    );
  }, [name]);
  if (!load) return html`<${NotFound} />`;
  if (failed) return html`<div class="page"><${ErrorView} top error=${{ code: 'offline' }} retry=${() => location.reload()} /></div>`;
  const Shown = loaded.get(name);
  if (!Shown) return html`<div class="page"><${Skeleton} /></div>`;
  return html`<${Shown} parts=${rest} query=${query} />`;
}

/** The title of the window, and on another page the focus and a word to screen readers. */
function useTitle() {
  const { title, path } = page.value;
  const shown = useRef('');
  useEffect(() => {
    document.title = title ? `${title} · ${config.value.name}` : config.value.name;
    const before = shown.current;
    shown.current = path;
    if (before === path || !before) return;
    say(title);
    if (!document.activeElement || document.activeElement === document.body || document.activeElement.closest('.rail, .top')) {
      document.getElementById('main')?.focus({ preventScroll: true });
    }
    scrollTo(0, 0);
  }, [title, path]);
}

/** The shortcuts that lead to the pages. */
function useGoing() {
  useKeys([
    { keys: 'g i', label: 'keys.inbox', run: () => go('/') },
    { keys: 'g p', label: 'keys.processes', run: () => go('/ui/processes') },
    { keys: 'g s', label: 'keys.start', run: () => go('/ui/start') },
    { keys: 'g d', label: 'keys.studio', run: () => go('/ui/studio') },
    { keys: '?', label: 'keys.all', run: () => (overview.value = true) },
  ]);
}
