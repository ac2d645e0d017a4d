import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things lie in a checkout. Everything but the sources is ignored by git. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const outDir = join(projectRoot, 'out');
export const cacheDir = join(projectRoot, '.cache');
export const dataDir = join(projectRoot, '.data');
export const centralDataDir = join(dataDir, 'central');
export const nodeModules = join(projectRoot, 'node_modules');
