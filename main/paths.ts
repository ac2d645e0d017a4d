import { join } from 'node:path';

/*
 * Where the built files stand, relative to the main bundle (`out/main/index.cjs`). The bundle is CommonJS, so
 * `__dirname` is right however the application was started: from the project, from resources/app or from an archive.
 */

export const workerFile = join(__dirname, 'worker.cjs');
export const preloadFile = join(__dirname, '..', 'preload', 'index.cjs');
export const rendererDir = join(__dirname, '..', 'renderer');
export const previewDir = join(__dirname, '..', 'preview');
