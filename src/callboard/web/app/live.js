/**
 * What happens, as it happens: one stream for the whole page, whoever listens.
 *
 * `listen(handler)` is told every event; `useLive(handler, {process, kinds})` does so while a
 * component is there. A lost connection is taken up where it was lost (`Last-Event-ID`), so nothing
 * is missed. `connection` says how it stands.
 */
import { effect, signal, useEffect, useRef } from './lib.js';
import { pause } from './api.js';
import { credential, renewed } from './credential.js';

/**
 * @typedef {{id: string, title: string, isRunning: boolean, scenario: {id: string, name?: string},
 *   current: {key: string, title?: string}}} Told
 * @typedef {{kind: string, process: Told, version: number, at: string, head?: string,
 *   action?: string, actor?: string}} News
 */

export const connection = signal(/** @type {'off' | 'opening' | 'live' | 'lost'} */ ('off'));
export const recent = signal(/** @type {News[]} */ ([]));
export const unseen = signal(0);

const KEPT = 30;
const LONGEST_WAIT = 30_000;
/** @type {Set<(news: News) => void>} */
const listeners = new Set();
/** @type {AbortController | null} */
let running = null;

/** @param {(news: News) => void} listener @returns {() => void} Stops it. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Call the handler soon after something happened; what comes together is told once.
 * @param {(news: News[]) => void} handler
 * @param {{process?: string, kinds?: string[], wait?: number}} [only]
 */
export function useLive(handler, { process, kinds, wait = 150 } = {}) {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    /** @type {News[]} */
    let gathered = [];
    let timer = 0;
    const stop = listen((news) => {
      if (process && news.process.id !== process) return;
      if (kinds && !kinds.includes(news.kind)) return;
      gathered.push(news);
      timer ||= window.setTimeout(() => {
        const told = gathered;
        [gathered, timer] = [[], 0];
        latest.current(told);
      }, wait);
    });
    return () => (stop(), clearTimeout(timer));
  }, [process, kinds?.join(), wait]);
}

/** Follow what happens for whoever is signed in; with a renewed credential from where it was. */
export function startLive() {
  let token = '';
  let person = '';
  let position = { id: '' };
  effect(() => {
    const now = credential.value?.token ?? '';
    if (now === token) return;
    token = now;
    running?.abort();
    const whose = JSON.stringify(credential.value?.who ?? null);
    if (whose !== person) {
      [recent.value, unseen.value] = [[], 0];
      position = { id: '' };
    }
    person = whose;
    connection.value = 'off';
    if (now) {
      running = new AbortController();
      void follow(now, position, running.signal);
    }
  });
}

/** @param {string} token @param {{id: string}} position @param {AbortSignal} signal */
async function follow(token, position, signal) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    if (connection.value !== 'lost') connection.value = 'opening';
    const before = position.id;
    const status = await read(token, position, signal).catch(() => 0);
    if (signal.aborted) return;
    if (status === 401) {
      await renewed(token);
      return;
    }
    if (status === 403) {
      connection.value = 'off';
      return;
    }
    if (status === 400) position.id = '';
    if (status === 200 || position.id !== before) failures = 0;
    if (status !== 200) connection.value = 'lost';
    await pause(wait(failures), signal);
  }
}

/** @param {number} failures */
const wait = (failures) => Math.min(500 * 2 ** failures, LONGEST_WAIT) * (0.75 + Math.random() / 2);

/** @param {string} token @param {{id: string}} position @param {AbortSignal} signal */
async function read(token, position, signal) {
  /** @type {Record<string, string>} */
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
  if (position.id) headers['last-event-id'] = position.id;
  const response = await fetch('/stream', { headers, signal, cache: 'no-store', credentials: 'omit' });
  if (!response.ok || !response.body) return response.status;
  connection.value = 'live';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return response.status;
    const pieces = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) tell(piece, position);
  }
}

/** @param {string} text One event. @param {{id: string}} position */
function tell(text, position) {
  let kind = '';
  let data = '';
  for (const line of text.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'id') position.id = value;
    else if (field === 'event') kind = value;
    else if (field === 'data') data += value;
  }
  if (!kind || !data) return;
  const given = JSON.parse(data);
  const process = typeof given.process === 'string' ? { id: given.process } : given.process;
  const news = { kind, ...given, process };
  if (kind !== 'task-gone') {
    recent.value = [news, ...recent.value].slice(0, KEPT);
    unseen.value += 1;
  }
  for (const listener of [...listeners]) listener(news);
}
