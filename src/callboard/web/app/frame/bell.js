/** What just changed, of everything that I may see. */
import { html, useEffect, useRef, useState } from '../lib.js';
import { recent, unseen } from '../live.js';
import { address, place } from '../router.js';
import { hasText, t } from '../texts.js';
import { Count } from '../ui/badge.js';
import { Icon } from '../ui/icon.js';
import { Time } from '../ui/time.js';

export function Bell() {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    if (!open) return undefined;
    /** @param {Event} event */
    const leave = (event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', leave);
    addEventListener('focusin', leave);
    return () => (removeEventListener('pointerdown', leave), removeEventListener('focusin', leave));
  }, [open]);
  useEffect(() => setOpen(false), [place.value.path]);
  useEffect(() => {
    if (open) unseen.value = 0;
  }, [open, unseen.value]);
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    box.current?.querySelector('button')?.focus();
  };
  const label = unseen.value ? t('bell.new', { count: unseen.value }) : t('bell');
  return html`<div class="bell menu" ref=${box} onKeyDown=${press}>
    <button type="button" class="button quiet only-icon" aria-label=${label} title=${label} aria-expanded=${open ? 'true' : 'false'} onClick=${() => setOpen(!open)}>
      <${Icon} name="bell" size=${20} />${unseen.value > 0 && html`<span class="bell-dot"></span>`}
    </button>
    ${open && html`<section class="menu-box right bell-box" aria-label=${t('bell')}>
      <div class="menu-group">${t('bell')}</div>
      ${recent.value.length === 0 && html`<p class="muted bell-none">${t('bell.none')}</p>`}
      <ul>${recent.value.map((news) => html`<li key=${news.kind + news.process.id + news.version + news.at}><${News} news=${news} /></li>`)}</ul>
    </section>`}
  </div>`;
}

/** @param {{news: import('../live.js').News}} props */
function News({ news }) {
  const { kind, process, at } = news;
  const state = process.current?.title || process.current?.key || '';
  const said = hasText(`news.${kind}`) ? t(`news.${kind}`, { state }) : kind;
  const text = html`<span class="news-title">${process.title ?? process.id}</span><span class="muted">${said} · <${Time} at=${at} /></span>`;
  if (kind === 'erased') return html`<span class="news">${text}</span>`;
  return html`<a class="news" href=${address('processes', process.id)}>${text}</a>`;
}
