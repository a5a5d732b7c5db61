/** What a page shows when there is nothing to show: empty, loading, gone wrong, not there. */
import { html } from '../lib.js';
import { hasText, t } from '../texts.js';
import { Button } from './button.js';
import { Icon } from './icon.js';

/**
 * `top`: it stands for the whole page, and its title is the page's.
 * @param {{icon?: import('./icon.js').IconName, title: string, children?: any, action?: any, top?: boolean}} props
 */
export function Empty({ icon = 'inbox', title, children, action, top = false }) {
  return html`<div class="empty">
    <span class="empty-icon"><${Icon} name=${icon} size=${28} /></span>
    <${top ? 'h1' : 'h2'}>${title}<//>
    ${children && html`<p>${children}</p>`} ${action && html`<div class="row">${action}</div>`}
  </div>`;
}

/** Grey lines in the place of what comes; CSS shows them after 300 ms. @param {{lines?: number, label?: string}} props */
export function Skeleton({ lines = 4, label }) {
  return html`<div class="skeleton" role="status">
    <span class="only-read">${label ?? t('loading')}</span>
    ${Array.from({ length: lines }, () => html`<div class="bone" aria-hidden="true"><i></i><b></b></div>`)}
  </div>`;
}

/** What is said of an error. @param {any} error */
export function told(error) {
  const code = error?.code ?? 'unknown';
  if (hasText(`error.${code}.title`)) {
    return { title: t(`error.${code}.title`), text: t(`error.${code}.text`) };
  }
  return { title: error?.title || t('error.unknown.title'), text: error?.message || t('error.unknown.text') };
}

/** What happened, what was kept, what to do. @param {{error: any, retry?: () => void, kept?: string, top?: boolean}} props */
export function ErrorView({ error, retry, kept, top = false }) {
  const { title, text } = told(error);
  return html`<div class="error-view" role="alert">
    <${Icon} name="alert" size=${20} />
    <div>
      <${top ? 'h1' : 'h2'}>${title}<//>
      <p>${text}</p>
      <${Reasons} reasons=${error?.reasons} except=${error?.message} />
      ${kept && html`<p>${kept}</p>`}
      ${error?.requestId && error.status >= 500 && html`<p class="muted mono">${error.requestId}</p>`}
      ${retry && html`<${Button} small icon="refresh" onClick=${retry}>${t('again')}<//>`}
    </div>
  </div>`;
}

/** All reasons that the server gave. @param {{reasons?: import('../api.js').Reason[], except?: string}} props */
export function Reasons({ reasons, except }) {
  const said = (reasons ?? []).filter((reason) => reason.message !== except);
  if (!said.length) return null;
  return html`<ul class="reasons">
    ${said.map((reason) => html`<li>${reason.pointer && html`<code>${reason.pointer}</code> `}${reason.message}</li>`)}
  </ul>`;
}

/**
 * Shows what was loaded, and until then what there is to show instead.
 * @param {{load: {data: any, error: any, loading: boolean, reload: () => void}, lines?: number, top?: boolean, children: (data: any) => any}} props
 */
export function Loaded({ load, lines, top, children }) {
  if (load.data !== undefined) return children(load.data);
  if (load.error) return html`<${ErrorView} error=${load.error} retry=${load.reload} top=${top} />`;
  return html`<${Skeleton} lines=${lines} />`;
}
