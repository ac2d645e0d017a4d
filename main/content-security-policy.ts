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
  'frame-src': "'none'",
  'frame-ancestors': "'none'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

export const contentSecurityPolicy = Object.entries(directives)
  .map(([name, sources]) => `${name} ${sources}`)
  .join('; ');
