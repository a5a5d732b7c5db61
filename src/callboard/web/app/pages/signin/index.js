/** Signing in: with a demo account, with OpenID Connect, or with a token. The address is kept. */
import { html, useEffect, useState } from '../../lib.js';
import { ApiError, get } from '../../api.js';
import { useLoad } from '../../load.js';
import { usePage } from '../../page.js';
import { go } from '../../router.js';
import { config, credential, demoAccounts, expired, finishProvider, isReturning, signIn, startProvider } from '../../session.js';
import { LANGUAGES, language, setLanguage, t } from '../../texts.js';
import { setTheme, theme } from '../../theme.js';
import { Count } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Icon } from '../../ui/icon.js';
import { Mark } from '../../ui/person.js';
import { ErrorView, Loaded } from '../../ui/states.js';

/** @param {{query: URLSearchParams}} props */
export default function SignIn({ query }) {
  const [error, setError] = useState(/** @type {any} */ (null));
  const returning = isReturning(query);
  const { demo, oidc } = config.value.signIn;
  const [pasting, setPasting] = useState(!demo && !oidc);
  usePage(t('signin.title'));
  useEffect(() => {
    if (!returning) return;
    const url = new URL(location.href);
    go('/ui/signin', { replace: true });
    finishProvider(url).then((address) => go(address, { replace: true }), setError);
  }, []);
  return html`<div class="signin">
    <div class="signin-box">
      <span class="brand-mark large" aria-hidden="true"></span>
      <h1>${t('signin.to', { name: config.value.name === 'callboard' ? 'Callboard' : config.value.name })}</h1>
      ${expired.value && html`<p class="notice"><${Icon} name="info" /><span>${t('signin.expired')}</span></p>`}
      ${error && html`<${ErrorView} error=${error instanceof ApiError || error.code === 'provider' ? error : { code: 'signin' }} />`}
      ${oidc && html`<${Provider} fail=${setError} begun=${returning && !error} />`}
      ${demo && html`<${Accounts} fail=${setError} />`}
      ${pasting ? html`<${Pasted} fail=${setError} />` : html`<button type="button" class="link signin-other" onClick=${() => setPasting(true)}>${t('signin.token.instead')}</button>`}
    </div>
    <${Likings} />
  </div>`;
}

/** On from here: to the address that was asked for, which is still in the bar. */
function goOn() {
  if (location.pathname === '/ui/signin') go('/', { replace: true });
}

/** @param {{fail: (error: any) => void, begun: boolean}} props */
function Provider({ fail, begun }) {
  const [busy, setBusy] = useState(false);
  const start = () => {
    setBusy(true);
    fail(null);
    startProvider().catch(() => (setBusy(false), fail({ code: 'provider' })));
  };
  return html`<${Button} kind="primary" class="wide" busy=${busy || begun} onClick=${start}>${t('signin.provider')}<//>`;
}

/** @param {{fail: (error: any) => void}} props */
function Accounts({ fail }) {
  const load = useLoad(demoAccounts, []);
  const [busy, setBusy] = useState('');
  /** @param {{id: string, token: string}} account */
  const choose = async (account) => {
    setBusy(account.id);
    fail(null);
    try {
      await signIn(account.token, 'demo');
      goOn();
    } catch (error) {
      fail(error);
      setBusy('');
    }
  };
  return html`<section aria-labelledby="accounts">
    <h2 id="accounts" class="signin-head">${t('signin.demo')}</h2>
    <${Loaded} load=${load} lines=${4}>${(/** @type {any[]} */ accounts) => html`<ul class="accounts">
      ${accounts.map((account) => html`<li key=${account.id}>
        <button type="button" class="account" disabled=${busy !== ''} aria-current=${credential.value?.who.id === account.id ? 'true' : undefined} onClick=${() => choose(account)}>
          <${Mark} name=${account.name} />
          <span class="account-text"><span class="account-name">${account.name}</span><span class="muted">${account.roles.join(', ') || t('signin.noroles')}</span></span>
          <${Waiting} token=${account.token} /><${Icon} name="right" size=${16} />
        </button>
      </li>`)}
    </ul>`}<//>
  </section>`;
}

/** How much waits for an account. @param {{token: string}} props */
function Waiting({ token }) {
  const load = useLoad((signal) => get('/tasks/count', { token, signal }).then(({ data }) => data), [token]);
  if (!load.data) return null;
  return html`<${Count} count=${load.data.total} more=${load.data.more} label=${t('nav.waiting', { count: load.data.total })} />`;
}

/** @param {{fail: (error: any) => void}} props */
function Pasted({ fail }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    fail(null);
    setWrong('');
    try {
      await signIn(token.trim().replace(/^Bearer\s+/i, ''), 'token');
      goOn();
    } catch (error) {
      setBusy(false);
      if (/** @type {any} */ (error).status === 401) setWrong(t('signin.token.wrong'));
      else fail(error);
    }
  };
  return html`<form class="signin-token" onSubmit=${send}>
    <${Field} label=${t('signin.token')} value=${token} change=${setToken} hint=${t('signin.token.hint')} error=${wrong || undefined} type="password" autocomplete="off" spellcheck=${false} />
    <${Button} type="submit" busy=${busy} disabled=${!token.trim()}>${t('signin.token.send')}<//>
  </form>`;
}

/** Theme and language, before anybody is known. */
function Likings() {
  const dark = theme.value === 'dark' || (theme.value === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  return html`<footer class="likings">
    ${Object.entries(LANGUAGES).map(([name, label]) => html`<button key=${name} type="button" class="link" lang=${name} aria-pressed=${language.value === name ? 'true' : 'false'} onClick=${() => void setLanguage(/** @type {any} */ (name))}>${label}</button>`)}
    <${Button} kind="quiet" small icon=${dark ? 'sun' : 'moon'} label=${t(dark ? 'theme.tolight' : 'theme.todark')} onClick=${() => setTheme(dark ? 'light' : 'dark')} />
  </footer>`;
}
