import { createHash } from 'node:crypto';
import type { Language } from '../../shared/api/app.ts';
import type { BrowserPage } from './loopback.ts';

const style = `
  :root { color-scheme: light dark; }
  body { display: grid; min-height: 100vh; margin: 0; place-items: center; background: #f4f6f7; color: #1c2529; font: 1.0625rem/1.6 system-ui, sans-serif; }
  main { max-width: 30rem; padding: 2rem; text-align: center; }
  h1 { margin: 0 0 0.5rem; font-size: 1.5rem; }
  p { margin: 0; }
  @media (prefers-color-scheme: dark) { body { background: #14191c; color: #e6ecee; } }
`;

/** Nothing runs and nothing is fetched: a title, a sentence and this one style. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? '');

/** What the person reads in the browser at the end of a sign-in. */
export const endPage = (language: Language, { title, text }: { title: string; text: string }): BrowserPage => ({
  policy,
  html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p></main></body>
</html>
`,
});
