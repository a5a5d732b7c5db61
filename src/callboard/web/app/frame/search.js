/** The search for processes: by words of their titles, among the newest that I may see. */
import { html, useEffect, useId, useRef, useState } from '../lib.js';
import { list } from '../api.js';
import { useKeys } from '../keys.js';
import { address, go, place } from '../router.js';
import { t } from '../texts.js';
import { StateBadge } from '../ui/badge.js';
import { Icon } from '../ui/icon.js';

const SHOWN = 8;
const PAGES = 3;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function Search() {
  const id = useId();
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = useFound(text);
  useKeys([{ keys: '/', label: 'keys.search', run: () => input.current?.focus() }]);
  useEffect(() => {
    setText('');
    setOpen(false);
  }, [place.value.path]);
  useEffect(() => setAt(0), [text]);
  const shown = open && text.trim() !== '';
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const count = found?.length ?? 0;
    if (event.key === 'Escape') (setText(''), input.current?.blur());
    else if (event.key === 'ArrowDown' && count) setAt((at + 1) % count);
    else if (event.key === 'ArrowUp' && count) setAt((at - 1 + count) % count);
    else if (event.key === 'Enter' && ID.test(text.trim())) go(address('processes', text.trim().toLowerCase()));
    else if (event.key === 'Enter' && found?.[at]) go(address('processes', found[at].id));
    else return;
    event.preventDefault();
  };
  /** @param {FocusEvent} event */
  const leave = (event) => {
    if (!(event.relatedTarget instanceof Node && box.current?.contains(event.relatedTarget))) setOpen(false);
  };
  return html`<search class="search" ref=${box} onFocusOut=${leave}>
    <${Icon} name="search" size=${16} />
    <input ref=${input} type="search" role="combobox" aria-label=${t('search')} placeholder=${t('search')} autocomplete="off" spellcheck=${false}
      aria-expanded=${shown ? 'true' : 'false'} aria-controls=${id} aria-autocomplete="list"
      aria-activedescendant=${shown && found?.length ? `${id}-${at}` : undefined}
      value=${text} onInput=${(/** @type {any} */ event) => (setText(event.currentTarget.value), setOpen(true))} onFocus=${() => setOpen(true)} onKeyDown=${press} />
    <kbd aria-hidden="true">/</kbd>
    ${shown && html`<div class="menu-box left search-box">
      ${found === null && html`<p class="muted">${t('loading')}</p>`}
      ${found?.length === 0 && html`<p class="muted">${t('search.none')}</p>`}
      <div role="listbox" id=${id} aria-label=${t('search.found')}>
        ${found?.map((/** @type {any} */ process, /** @type {number} */ index) => html`<a key=${process.id} id="${id}-${index}" role="option" tabindex="-1" class="found" aria-selected=${index === at ? 'true' : 'false'} href=${address('processes', process.id)}>
          <span class="found-title">${process.title}</span><span class="muted">${process.scenario.title ?? ''}</span><${StateBadge} state=${process.current} running=${process.isRunning} />
        </a>`)}
      </div>
    </div>`}
  </search>`;
}

/** The processes whose titles have all words; null while they are looked for. @param {string} text */
function useFound(text) {
  const [found, setFound] = useState(/** @type {any[] | null} */ (null));
  useEffect(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    setFound(null);
    if (!words.length) return undefined;
    const gone = new AbortController();
    const timer = setTimeout(() => look(words, gone.signal).then(setFound, () => setFound([])), 160);
    return () => (clearTimeout(timer), gone.abort());
  }, [text.trim().toLowerCase()]);
  return found;
}

/** @param {string[]} words @param {AbortSignal} signal */
async function look(words, signal) {
  const found = [];
  let next = /** @type {string | null} */ ('/processes?sort=-lastUpdated&limit=100');
  for (let pages = 0; next && pages < PAGES && found.length < SHOWN; pages += 1) {
    const page = await list(next, { signal });
    found.push(...page.items.filter((process) => matches(process, words)));
    next = page.next;
  }
  return found.slice(0, SHOWN);
}

/** @param {any} process @param {string[]} words */
function matches(process, words) {
  const text = [process.title, process.scenario.title, process.current.title, ...process.tags].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
