import { createRequire } from 'node:module';
import { WorkerMessageHandler } from 'pdfjs-dist/legacy/build/pdf.worker.mjs';

/*
 * What pdf.js expects of the Node that it runs in. It is loaded after this module. Its parser runs on this very thread,
 * which is nobody else's; pages are never drawn here, so that a canvas is not needed.
 */

class NoDrawing {
  readonly drawn = false;
}

const globals = globalThis as Record<string, unknown>;
for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) globals[name] ??= NoDrawing;
globals['pdfjsWorker'] ??= { WorkerMessageHandler };

// Node 18 has none.
const require = createRequire(import.meta.url);
const node: { getBuiltinModule?: (name: string) => unknown } = process;
node.getBuiltinModule ??= (name) => require(`node:${name}`) as unknown;
