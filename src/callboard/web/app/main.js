/** Starts the interface: settings, texts, who is signed in; then the frame with the page in it. */
import { html, render } from './lib.js';
import { startKeys } from './keys.js';
import { startLive } from './live.js';
import { startRouter } from './router.js';
import { config, loadConfig } from './session.js';
import { startTexts, t } from './texts.js';
import { installPolicy } from './trusted.js';
import { Frame } from './frame/frame.js';

installPolicy();
const app = /** @type {HTMLElement} */ (document.getElementById('app'));

try {
  await loadConfig();
} catch {
  // The server is away: the page says so when it is asked for something.
}
await startTexts(config.value.language);
startRouter();
startKeys();
startLive();
render(html`<${Frame} />`, app);
document.title = document.title || t('app.name');
