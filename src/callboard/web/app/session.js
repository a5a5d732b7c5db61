/** The ways to sign in: a demo account, OpenID Connect, or a token. */
import { signal } from './lib.js';
import { get } from './api.js';
import { renewBy, signInWith } from './credential.js';
import { held, hold } from './kept.js';

export { credential, expired, may, signOut, who } from './credential.js';

/**
 * @typedef {{issuer: string, clientId: string, scopes: string, token: 'access' | 'id'}} Provider
 * @typedef {{name: string, version: string, env: string, language: string,
 *   signIn: {demo: boolean, oidc: Provider | null, token: boolean}}} Config
 */

export const config = signal(/** @type {Config} */ ({
  name: 'Callboard',
  version: '',
  env: 'production',
  language: '',
  signIn: { demo: false, oidc: null, token: true },
}));

export async function loadConfig() {
  config.value = (await get('/ui/config', { token: null })).data;
}

/** @returns {Promise<{id: string, name: string, roles: string[], token: string}[]>} */
export const demoAccounts = async () => (await get('/demo-accounts', { token: null })).data;

/**
 * Sign in with a token; fails when the server does not accept it.
 * @param {string} token @param {'demo' | 'oidc' | 'token'} kind @param {string} [refresh]
 */
export async function signIn(token, kind, refresh) {
  const { data } = await get('/whoami', { token });
  signInWith({ token, kind, who: data, refresh });
}

/** Where the provider leads back to. */
const back = () => `${location.origin}/ui/signin`;

/** Go to the provider; what has to be known afterwards is held by this tab. */
export async function startProvider() {
  const oidc = await import('../vendor/oidc.js');
  const provider = /** @type {Provider} */ (config.value.signIn.oidc);
  const server = await discovered(oidc, provider);
  const verifier = oidc.generateRandomCodeVerifier();
  const state = oidc.generateRandomState();
  const nonce = oidc.generateRandomNonce();
  const address = location.pathname === '/ui/signin' ? '/' : location.pathname + location.search;
  hold('oidc', JSON.stringify({ verifier, state, nonce, address }));
  const url = new URL(server.authorization_endpoint);
  const asked = {
    client_id: provider.clientId,
    redirect_uri: back(),
    response_type: 'code',
    scope: provider.scopes,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Whether the provider has led back here. @param {URLSearchParams} query */
export const isReturning = (query) => query.has('state') && (query.has('code') || query.has('error'));

/**
 * Take what the provider gave; the address to go on to.
 * @param {URL} url
 */
export async function finishProvider(url) {
  const oidc = await import('../vendor/oidc.js');
  const provider = /** @type {Provider} */ (config.value.signIn.oidc);
  const begun = JSON.parse(held('oidc') ?? 'null');
  hold('oidc', null);
  if (!begun) throw new Error('nothing was begun in this tab');
  const server = await discovered(oidc, provider);
  const client = { client_id: provider.clientId };
  const checked = oidc.validateAuthResponse(server, client, url, begun.state);
  const answer = await oidc.authorizationCodeGrantRequest(
    server, client, oidc.None(), checked, back(), begun.verifier, allowed(oidc, provider),
  );
  const given = await oidc.processAuthorizationCodeResponse(server, client, answer, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  });
  await signIn(tokenOf(given, provider), 'oidc', given.refresh_token);
  return begun.address;
}

renewBy(async (refresh) => {
  const oidc = await import('../vendor/oidc.js');
  const provider = config.value.signIn.oidc;
  if (!provider) return null;
  const server = await discovered(oidc, provider);
  const client = { client_id: provider.clientId };
  const answer = await oidc.refreshTokenGrantRequest(
    server, client, oidc.None(), refresh, allowed(oidc, provider),
  );
  const given = await oidc.processRefreshTokenResponse(server, client, answer);
  return { token: tokenOf(given, provider), refresh: given.refresh_token };
});

/** @param {any} oidc @param {Provider} provider */
async function discovered(oidc, provider) {
  const issuer = new URL(provider.issuer);
  const answer = await oidc.discoveryRequest(issuer, allowed(oidc, provider));
  return oidc.processDiscoveryResponse(issuer, answer);
}

/** Plain HTTP is for an issuer on this machine. @param {any} oidc @param {Provider} provider */
const allowed = (oidc, provider) =>
  provider.issuer.startsWith('http:') ? { [oidc.allowInsecureRequests]: true } : {};

/** @param {any} given @param {Provider} provider */
const tokenOf = (given, provider) => (provider.token === 'id' ? given.id_token : given.access_token);
