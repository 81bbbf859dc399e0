import { type Content, type Html, html, trusted } from './html.ts';
import { stylesheet } from './page-style.ts';

interface Page {
  readonly title: string;
  readonly description: string;
  readonly body: Content;
}

/** In one piece: what stands between its tags is what the policy has the hash of. */
const styleElement = trusted(`<style>${stylesheet}</style>`);

/** A whole document, self-contained. Serve it with `contentSecurityPolicy`. */
export function page({ title, description, body }: Page): string {
  const markup = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="${description}" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return markup.toString();
}

interface TopBar {
  readonly home: string;
  readonly links: Content;
}

export const topBar = ({ home, links }: TopBar): Html =>
  html` <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <a class="brand" href="${home}"
        >${keyMark}<span>Claviger <span class="muted">API reference</span></span></a
      >
      ${links}
    </header>`;

/** A key, seen from the side. */
const keyMark = trusted(
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="7.5" cy="12" r="4.5"/><path d="M12 12h9.5M18 12v4M21.5 12v2.5"/></svg>',
);

export function methodBadge(method: string, size: 'full' | 'short' = 'full'): Html {
  const name = method.toUpperCase();
  const text = name === 'DELETE' && size === 'short' ? 'DEL' : name;
  return html`<span class="method ${method.toLowerCase()}">${text}</span>`;
}
