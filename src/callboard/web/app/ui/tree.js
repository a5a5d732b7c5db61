/**
 * JSON data as a tree, folded where it is long; differences to what it was before are marked, by a
 * sign and a word. Everything is text.
 */
import { html, useState } from '../lib.js';
import { number, t } from '../texts.js';
import { Icon } from './icon.js';

const OPEN_DEPTH = 2;
const SHOWN = 100;

/** @param {any} value */
const isOpenable = (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** @param {any} a @param {any} b */
export const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {{value: any, before?: any, compare?: boolean, label?: string, depth?: number}} props
 * `compare`: mark what differs from `before`.
 */
export function Tree({ value, before, compare = false, label, depth = OPEN_DEPTH }) {
  if (!isOpenable(value) && !(compare && isOpenable(before))) {
    return html`<div class="tree"><${Leaf} value=${value} before=${before} mark=${compare && !same(value, before)} /></div>`;
  }
  return html`<ul class="tree" aria-label=${label}><${Entries} value=${value} before=${before} compare=${compare} depth=${depth} /></ul>`;
}

/** @param {{value: any, before: any, compare: boolean, depth: number}} props */
function Entries({ value, before, compare, depth }) {
  const [all, setAll] = useState(false);
  const old = compare && typeof before === 'object' && before !== null ? before : {};
  const now = typeof value === 'object' && value !== null ? value : {};
  const keys = [...new Set([...Object.keys(now), ...(compare ? Object.keys(old) : [])])];
  const shown = all ? keys : keys.slice(0, SHOWN);
  return html`${shown.map((key) => html`<${Node} key=${key} name=${key} value=${now[key]} before=${old[key]}
      gone=${!(key in now)} fresh=${compare && !(key in old)} compare=${compare} depth=${depth} />`)}
    ${shown.length < keys.length && html`<li><button type="button" class="link" onClick=${() => setAll(true)}>${t('tree.more', { count: keys.length - shown.length })}</button></li>`}`;
}

/** @param {{name: string, value: any, before: any, gone: boolean, fresh: boolean, compare: boolean, depth: number}} props */
function Node({ name, value, before, gone, fresh, compare, depth }) {
  const changed = compare && !gone && !fresh && !same(value, before);
  const [open, setOpen] = useState(/** @type {boolean | null} */ (null));
  const mark = gone ? 'gone' : fresh ? 'fresh' : changed ? 'changed' : '';
  const shown = gone ? before : value;
  const sign = mark && html`<span class="tree-sign" title=${t(`tree.${mark}`)}><span aria-hidden="true">${{ gone: '−', fresh: '+', changed: '~' }[mark]}</span><span class="only-read">${t(`tree.${mark}`)}</span></span>`;
  if (!isOpenable(shown)) {
    return html`<li class="tree-node ${mark}">${sign}<span class="tree-key">${name}</span><${Leaf} value=${shown} before=${before} mark=${changed} /></li>`;
  }
  const isOpen = open ?? (depth > 0 || changed);
  return html`<li class="tree-node ${isOpenable(before) || !changed ? mark && mark !== 'changed' ? mark : '' : mark}">${sign}
    <button type="button" class="tree-open" aria-expanded=${isOpen ? 'true' : 'false'} onClick=${() => setOpen(!isOpen)}>
      <${Icon} name=${isOpen ? 'down' : 'right'} size=${14} /><span class="tree-key">${name}</span><span class="tree-size">${sizeOf(shown)}</span>
    </button>
    ${isOpen && html`<ul><${Entries} value=${shown} before=${before} compare=${compare && !gone && !fresh} depth=${depth - 1} /></ul>`}
  </li>`;
}

/** @param {any} value */
const sizeOf = (value) => t(Array.isArray(value) ? 'tree.items' : 'tree.fields', { count: Object.keys(value).length });

/** @param {{value: any, before: any, mark: boolean}} props */
function Leaf({ value, before, mark }) {
  return html`${mark && html`<del class="tree-value">${textOf(before)}</del>`}<span class="tree-value ${value === null ? 'null' : typeof value}">${textOf(value)}</span>`;
}

/** @param {any} value */
function textOf(value) {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number') return number(value);
  if (typeof value === 'object') return Array.isArray(value) ? '[ ]' : '{ }';
  return value === '' ? t('tree.empty') : value;
}
