/**
 * The one place that calls the API.
 *
 * `get('/tasks', {query, signal})` → `{data, etag, next, headers, status}`; `post(path, body, how)`.
 * What goes wrong is an `ApiError` with the problem's code, its reasons, and what it is about. Reads
 * that meet a busy server (503, or no answer at all) are tried again; writes never are, unless they
 * have an Idempotency-Key, which `post` gives them when asked (`once: true`).
 */
import { credential, renewed } from './credential.js';
import { setAhead } from './time.js';

/** @typedef {{code: string, message: string, pointer?: string, keyword?: string, line?: number, column?: number}} Reason */
/**
 * @typedef {object} How
 * @property {Record<string, unknown>} [query] Undefined, null, '' and false are left out; lists repeat.
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers]
 * @property {string} [etag] Sent as If-Match by writes, as If-None-Match by reads.
 * @property {string} [actor] Sent as As-Actor.
 * @property {boolean | string} [once] An Idempotency-Key: a new one, or this.
 * @property {boolean} [represent] Ask for what it is like afterwards.
 * @property {string} [type] Media type of the body; without it the body is sent as JSON.
 * @property {string} [accept]
 * @property {string | null} [token] Another credential than that of who is signed in.
 */
/** @typedef {{data: any, etag: string | null, next: string | null, headers: Headers, status: number}} Answer */

const TRIES = 3;
const LONGEST_WAIT = 10_000;

export class ApiError extends Error {
  /** @param {number} status 0: no answer came. @param {any} problem @param {Headers} [headers] */
  constructor(status, problem, headers) {
    super(problem?.detail || problem?.title || `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    /** @type {string} The last part of the problem's type: `refused`, `stale`, `offline`… */
    this.code = String(problem?.type ?? '').split(':').pop() || `http-${status}`;
    /** @type {string} */
    this.title = problem?.title ?? '';
    /** @type {Reason[]} */
    this.reasons = Array.isArray(problem?.errors) ? problem.errors : [];
    this.problem = problem;
    this.etag = tagOf(headers);
    this.requestId = headers?.get('x-request-id') ?? '';
  }
}

/** @param {string} path @param {How} [how] */
export const get = (path, how) => call('GET', path, undefined, how);
/** @param {string} path @param {unknown} [body] @param {How} [how] */
export const post = (path, body, how) => call('POST', path, body, how);
/** @param {string} path @param {How} [how] */
export const del = (path, how) => call('DELETE', path, undefined, how);

/**
 * A page of a list and the address of the next one; `next` goes back in as `path`.
 * @param {string} path @param {How} [how]
 */
export async function list(path, how) {
  const { data, next, headers } = await get(path, how);
  return { items: /** @type {any[]} */ (data), next, headers };
}

/**
 * @param {string} method @param {string} path @param {unknown} body @param {How} [how]
 * @returns {Promise<Answer>}
 */
export async function call(method, path, body, how = {}) {
  const request = prepare(method, path, body, how);
  const again = method === 'GET' || Boolean(how.once);
  for (let tried = 1; ; tried += 1) {
    const answer = await send(request, how);
    if (answer.status === 401 && how.token === undefined && tried < TRIES && (await renewed(request.token))) {
      request.token = credential.value?.token ?? '';
      request.headers.set('authorization', `Bearer ${request.token}`);
      continue;
    }
    const busy = answer.status === 503 || answer.status === 0;
    if (!busy || !again || tried >= TRIES || how.signal?.aborted) return understood(answer);
    await pause(waitOf(answer, tried), how.signal);
  }
}

/** @param {string} method @param {string} path @param {unknown} body @param {How} how */
function prepare(method, path, body, how) {
  const headers = new Headers(how.headers);
  headers.set('accept', how.accept ?? 'application/json');
  const token = how.token === undefined ? credential.value?.token : how.token;
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (how.actor) headers.set('as-actor', how.actor);
  if (how.etag) headers.set(method === 'GET' ? 'if-none-match' : 'if-match', quoted(how.etag));
  if (how.once) headers.set('idempotency-key', how.once === true ? crypto.randomUUID() : how.once);
  if (how.represent) headers.set('prefer', 'return=representation');
  let content = undefined;
  if (body !== undefined) {
    headers.set('content-type', how.type ?? 'application/json');
    content = how.type ? /** @type {string} */ (body) : JSON.stringify(body);
  }
  return { method, url: addressOf(path, how.query), headers, body: content, token: token ?? '' };
}

/** @param {string} path @param {Record<string, unknown>} [query] */
function addressOf(path, query = {}) {
  const url = new URL(path, location.origin);
  for (const [key, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== '' && item !== false) {
        url.searchParams.append(key, String(item));
      }
    }
  }
  if (url.origin !== location.origin) throw new TypeError('Only this server is asked.');
  return url.href;
}

/** @param {{method: string, url: string, headers: Headers, body?: string, token: string}} request @param {How} how */
async function send({ url, token: _, ...request }, how) {
  try {
    const response = await fetch(url, { ...request, signal: how.signal, credentials: 'omit' });
    learnTime(response.headers);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    return { status: 0, headers: new Headers(), text: '' };
  }
}

/** @param {{status: number, headers: Headers, text: string}} answer @returns {Answer} */
function understood({ status, headers, text }) {
  const kind = headers.get('content-type') ?? '';
  const data = text && /\bjson\b|\+json/.test(kind) ? JSON.parse(text) : text || null;
  if (status === 0) throw new ApiError(0, { type: 'urn:callboard:problem:offline' });
  if (status >= 400) throw new ApiError(status, typeof data === 'object' ? data : null, headers);
  return { data, etag: tagOf(headers), next: nextOf(headers), headers, status };
}

/** @param {Headers} [headers] */
function tagOf(headers) {
  return headers?.get('etag')?.replace(/^(W\/)?"|"$/g, '') ?? null;
}

/** @param {string} tag */
const quoted = (tag) => (tag.startsWith('"') ? tag : `"${tag}"`);

/** Where the next page is. @param {Headers} headers */
function nextOf(headers) {
  return /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1] ?? null;
}

/** The server's clock is the one that counts; in development it may have been moved. @param {Headers} headers */
function learnTime(headers) {
  const date = headers.get('date');
  if (date) setAhead(Date.parse(date) + 500 - Date.now());
}

/** @param {{headers: Headers}} answer @param {number} tried */
function waitOf(answer, tried) {
  const asked = Number(answer.headers.get('retry-after')) * 1000;
  return Math.min(asked || 300 * 2 ** tried, LONGEST_WAIT);
}

/** @param {number} milliseconds @param {AbortSignal} [signal] */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve(undefined)), { once: true });
  });
}
