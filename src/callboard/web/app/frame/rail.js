/** The rail: where one can go, how much waits, and who one is. Narrow windows have it at the foot. */
import { html, useEffect } from '../lib.js';
import { get } from '../api.js';
import { useLive } from '../live.js';
import { useLoad } from '../load.js';
import { config, credential, may } from '../session.js';
import { t } from '../texts.js';
import { Count } from '../ui/badge.js';
import { Icon } from '../ui/icon.js';
import { Me } from './me.js';

const ENTRIES = /** @type {{name: string, href: string, icon: import('../ui/icon.js').IconName, needs?: string}[]} */ ([
  { name: 'inbox', href: '/', icon: 'inbox' },
  { name: 'processes', href: '/ui/processes', icon: 'processes' },
  { name: 'start', href: '/ui/start', icon: 'start', needs: 'process:start' },
  { name: 'studio', href: '/ui/studio', icon: 'studio', needs: 'scenario:read' },
  { name: 'operations', href: '/ui/operations', icon: 'operations', needs: 'process:super' },
]);

/** @param {{chosen: string}} props */
export function Rail({ chosen }) {
  const waiting = useWaiting();
  const at = chosen === 'process' ? 'processes' : chosen;
  return html`<nav class="rail" aria-label=${t('nav')}>
    <a class="brand" href="/" title=${config.value.name}><span class="brand-mark" aria-hidden="true"></span><span class="brand-name">${brandName()}</span></a>
    <ul>
      ${ENTRIES.filter((entry) => !entry.needs || may(entry.needs)).map(({ name, href, icon }) => html`<li key=${name}>
        <a href=${href} class="rail-link" aria-current=${name === at ? 'page' : undefined} title=${t(`nav.${name}`)}>
          <${Icon} name=${icon} size=${20} /><span class="rail-label">${t(`nav.${name}`)}</span>
          ${name === 'inbox' && waiting && html`<${Count} count=${waiting.total} more=${waiting.more} label=${t('nav.waiting', { count: waiting.total })} />`}
        </a>
      </li>`)}
    </ul>
    <div class="rail-foot"><${Me} /></div>
  </nav>`;
}

const brandName = () => (config.value.name === 'callboard' ? 'Callboard' : config.value.name);

/** How much waits for me, now and as it changes. */
function useWaiting() {
  const load = useLoad((signal) => get('/tasks/count', { signal }).then(({ data }) => data), [credential.value?.token]);
  useLive(load.reload, { kinds: ['task-appeared', 'task-gone'], wait: 400 });
  useEffect(() => {
    const again = () => document.visibilityState === 'visible' && load.reload();
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, []);
  return load.data;
}
