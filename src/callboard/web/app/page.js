/** What the page that is shown says of itself: its title, and where it is. */
import { signal, useEffect } from './lib.js';

/** @typedef {{label: string, href?: string}} Crumb */

export const page = signal({ title: '', crumbs: /** @type {Crumb[]} */ ([]), path: '' });

/**
 * Say what this page is. The last crumb is the page itself.
 * @param {string} title @param {Crumb[]} [crumbs]
 */
export function usePage(title, crumbs) {
  const shown = crumbs ?? [{ label: title }];
  useEffect(() => {
    page.value = { title, crumbs: shown, path: location.pathname };
  }, [title, location.pathname, JSON.stringify(shown)]);
}

/** Have screen readers say something. @param {string} text */
export function say(text) {
  const place = document.getElementById('said');
  if (!place) return;
  place.textContent = '';
  setTimeout(() => {
    place.textContent = text;
  }, 60);
}
