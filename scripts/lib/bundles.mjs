import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outDir, projectRoot } from './paths.mjs';

/**
 * How each part of the application is bundled. Targets are those of the oldest runtime that we test (Electron 25:
 * Node 18, Chromium 114); what ships is newer.
 */

/** Not bundled: Electron gives the first, the second is native and lies beside the application. */
const runtimeModules = ['electron', 'better-sqlite3'];

/** Node 18 has Web Crypto as a module only; libraries (uuid) expect the global that every later Node has. */
const webCrypto = "globalThis.crypto ??= require('node:crypto').webcrypto;";

/** One CommonJS file that holds everything it needs except `runtimeModules`; what is imported on demand lies beside it where `parts` says so. */
function commonJsBundle(entry, file, { intro = '', parts = false } = {}) {
  return {
    ...common(),
    ssr: { noExternal: true, external: runtimeModules, target: 'node' },
    build: {
      ssr: join(projectRoot, entry),
      outDir: join(outDir, file, '..'),
      emptyOutDir: false,
      target: 'node18',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: [...runtimeModules, 'pg-native'],
        output: { format: 'cjs', entryFileNames: file.split('/').at(-1), chunkFileNames: '[name]-[hash].cjs', codeSplitting: parts, intro },
      },
    },
  };
}

export const mainBundle = () => commonJsBundle('main/index.ts', 'main/index.cjs', { intro: webCrypto, parts: true });
export const workerBundle = () => commonJsBundle('main/worker/index.ts', 'main/worker.cjs', { intro: webCrypto, parts: true });
/** The thread that takes files apart: main/worker/content/. */
export const contentBundle = () => commonJsBundle('main/worker/content/thread.ts', 'main/content.cjs', { intro: webCrypto });
export const preloadBundle = () => commonJsBundle('preload/index.ts', 'preload/index.cjs');

/** Asset addresses are relative, because the application is served from its own `app://` scheme. */
export function rendererBundle() {
  return {
    ...common(),
    root: join(projectRoot, 'renderer'),
    base: './',
    plugins: [react(), firstTexts],
    // A text is read faster as JSON than as a script.
    json: { namedExports: false, stringify: true },
    build: {
      outDir: join(outDir, 'renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      sourcemap: true,
      chunkSizeWarningLimit: 3000,
      // Fonts and images as files: the content security policy allows no data: addresses for them.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { output: { codeSplitting: { groups: fewFiles } } },
    },
  };
}

/**
 * Main answers for each file by itself, so that forty small ones hold up the start: what the window begins with is one file,
 * and so is what of the UI kit comes after it, and so are the icons of the pages.
 */
const fewFiles = [
  { name: 'start', tags: ['$initial'], priority: 2 },
  { name: 'kit', test: /[\\/]node_modules[\\/](?:@mantine[\\/](?!charts|dates)|@floating-ui|react-|dayjs)/, priority: 1 },
  { name: 'icons', test: /[\\/]@tabler[\\/]icons-react[\\/]/, priority: 1 },
];

/** The texts of the first language are asked for with the page, not by its script: most windows speak it. */
const firstTexts = {
  name: 'first-texts',
  transformIndexHtml: {
    order: 'post',
    handler(_page, { bundle }) {
      const texts = Object.values(bundle ?? {}).find(({ facadeModuleId }) => facadeModuleId?.endsWith('/renderer/locales/vi.ts'));
      return texts ? [{ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${texts.fileName}` }, injectTo: 'head' }] : [];
    },
  },
};

/** The frame that decodes documents: one classic script, because a frame of no origin may load no module. */
export function previewFrameBundle() {
  return {
    ...common(),
    // pdf.js asks where it lies; in a classic script nothing answers.
    define: { 'import.meta.url': JSON.stringify('app://factory-pulse-preview/frame.js') },
    build: {
      outDir: join(outDir, 'preview'),
      emptyOutDir: true,
      target: 'chrome114',
      sourcemap: true,
      chunkSizeWarningLimit: 5000,
      lib: { entry: join(projectRoot, 'renderer/preview-frame/frame.ts'), formats: ['iife'], name: 'decoder', fileName: () => 'frame.js' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
    plugins: [copied('renderer/preview-frame/index.html')],
  };
}

/** Puts a file beside the bundle as it is. */
const copied = (file) => ({
  name: 'copied',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: file.split('/').at(-1), source: readFileSync(join(projectRoot, file), 'utf8') });
  },
});

/** A developer's command written in TypeScript; packages are loaded from node_modules, or stand in it as well. */
export function scriptBundle(entry, name, withPackages = false) {
  return {
    ...common(),
    ssr: { target: 'node', ...(withPackages ? { noExternal: true, external: runtimeModules } : {}) },
    build: {
      ssr: join(projectRoot, entry),
      outDir: join(outDir, 'scripts'),
      write: false,
      target: 'node24',
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: { external: [...runtimeModules, 'pg-native'], output: { format: 'esm', entryFileNames: `${name}.mjs`, codeSplitting: false } },
    },
  };
}

function common() {
  return { root: projectRoot, configFile: false, logLevel: 'warn', publicDir: false };
}
