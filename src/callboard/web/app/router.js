/**
 * Which page is shown: the history API, with links that stay real `<a href>`.
 *
 * `place` is where we are. `go` leads elsewhere; `setQuery` changes what is chosen on this page
 * without leaving it (filters, tabs, what is selected), so that a copied address shows the same.
 */
import { signal } from './lib.js';

/** @typedef {{path: string, parts: string[], query: URLSearchParams}} Place */

/** @returns {Place} */
function here() {
  const { pathname, search } = location;
  const parts = pathname.replace(/^\/ui(\/|$)/, '/').split('/').filter(Boolean).map(decode);
  return { path: pathname, parts, query: new URLSearchParams(search) };
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const place = signal(here());

/** Asked before a page is left; one that answers false keeps it. @type {Set<() => boolean>} */
const guards = new Set();

/** @param {() => boolean} guard @returns {() => void} Takes it back. */
export function guard(guard) {
  guards.add(guard);
  return () => guards.delete(guard);
}

/** @param {string} address @param {{replace?: boolean}} [how] */
export function go(address, { replace = false } = {}) {
  const url = new URL(address, location.href);
  if (url.href === location.href) return;
  if (url.pathname !== location.pathname && ![...guards].every((ask) => ask())) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  place.value = here();
}

/**
 * Change the query of this page: a null removes, a list repeats.
 * @param {Record<string, string | string[] | boolean | null | undefined>} changes
 * @param {{replace?: boolean}} [how]
 */
export function setQuery(changes, how = { replace: true }) {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    query.delete(key);
    if (Array.isArray(value)) for (const item of value) query.append(key, item);
    else if (value !== null && value !== undefined && value !== false && value !== '') {
      query.set(key, String(value));
    }
  }
  const text = query.toString();
  go(location.pathname + (text ? `?${text}` : ''), how);
}

/** An address from parts, each encoded. `address('processes', id, {tab: 'now'})`. @param {...any} parts */
export function address(...parts) {
  const last = parts.at(-1);
  const query = typeof last === 'object' && last !== null ? parts.pop() : {};
  const entries = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const text = new URLSearchParams(/** @type {any} */ (entries)).toString();
  const path = parts.length ? `/ui/${parts.map((part) => encodeURIComponent(String(part))).join('/')}` : '/';
  return path + (text ? `?${text}` : '');
}

/** Begin to follow links and the buttons of the browser. */
export function startRouter() {
  addEventListener('popstate', () => {
    place.value = here();
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || !isOurs(link, event)) return;
    event.preventDefault();
    go(link.href);
  });
}

/** @param {HTMLAnchorElement} link @param {MouseEvent} event */
function isOurs(link, event) {
  if (event.defaultPrevented || event.button !== 0) return false;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target && link.target !== '_self') return false;
  if (link.hasAttribute('download') || link.origin !== location.origin) return false;
  if (link.getAttribute('href')?.startsWith('#')) return false;
  return link.pathname === '/' || link.pathname.startsWith('/ui/');
}
