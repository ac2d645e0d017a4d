import { previewUrl } from '../shared/preview-frame.ts';
import { originOf } from './origin.ts';

/*
 * What a page of the application may load. Everything is forbidden first; each exception has its reason.
 * No directive names a foreign host, so whatever gets into a page has nowhere to send data to.
 */
const directives: Record<string, string> = {
  'default-src': "'none'",
  // Our bundle alone: no inline script, no eval.
  'script-src': "'self'",
  // The UI kit and its scroll lock put style elements into the page at run time. A style can't run code, and with
  // the other directives it can't load anything from outside either, so a nonce would add nothing here.
  'style-src': "'self' 'unsafe-inline'",
  // Style sheets of the UI kit draw small marks from data addresses; previews of local files are blobs.
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  // Data comes over the bridge, never over the network; 'self' is for chunks loaded on demand.
  'connect-src': "'self'",
  'worker-src': "'self'",
  // The frame that decodes documents; it has an origin and a policy of its own.
  'frame-src': originOf(previewUrl) ?? "'none'",
  'frame-ancestors': "'none'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

const policyOf = (named: Record<string, string>): string =>
  Object.entries(named)
    .map(([name, sources]) => `${name} ${sources}`.trim())
    .join('; ');

export const contentSecurityPolicy = policyOf(directives);

/**
 * What the frame may that decodes documents: run its one script, in an origin that it shares with nobody, and nothing
 * else. It loads no picture, font, style or data, and opens no connection; what it needs the page hands to it.
 */
export const previewPolicy = (pageUrl: string): string =>
  policyOf({
    'default-src': "'none'",
    // Two decoders for pictures in scanned PDF files are WebAssembly.
    'script-src': "'self' 'wasm-unsafe-eval'",
    'frame-ancestors': originOf(pageUrl) ?? "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    sandbox: 'allow-scripts',
  });
