/** Times as people say them: "3 h ago", exactly on hover; `now` moves on every half minute. */
import { signal } from './lib.js';
import { language } from './texts.js';

const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]);

export const now = signal(Date.now());

/** How far the server's clock is ahead of ours, in milliseconds; api.js learns it. */
let ahead = 0;

/** @param {number} milliseconds */
export function setAhead(milliseconds) {
  if (Math.abs(milliseconds - ahead) < 2_000) return;
  ahead = milliseconds;
  now.value = Date.now() + ahead;
}

setInterval(() => {
  now.value = Date.now() + ahead;
}, 30_000);

/** "3 hours ago", "in 2 days", "now". @param {string} time An ISO time. */
export function relative(time) {
  const seconds = (Date.parse(time) - now.value) / 1000;
  const format = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto', style: 'short' });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, 'second');
}

/** The exact time in the zone of whoever looks. @param {string} time */
export function exact(time) {
  const format = new Intl.DateTimeFormat(language.value, { dateStyle: 'full', timeStyle: 'long' });
  return format.format(new Date(time));
}

/** Day and time, short. @param {string} time */
export function short(time) {
  const sameYear = new Date(time).getFullYear() === new Date(now.value).getFullYear();
  return new Intl.DateTimeFormat(language.value, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(time));
}

/** Whether this time has passed. @param {string | undefined} time */
export const passed = (time) => time !== undefined && Date.parse(time) < now.value;
