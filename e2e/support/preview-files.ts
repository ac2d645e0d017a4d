import { createHash } from 'node:crypto';
import { lookInto } from '../../main/worker/content/look.ts';
import type { Desktop } from './desktop.ts';

export interface Placed { id: string; sha256: string }

export class PreviewFiles {
  readonly #desktop: Desktop;
  readonly #files: Record<string, unknown> = {};
  constructor(desktop: Desktop) { this.#desktop = desktop; }
  async place(name: string, bytes: Uint8Array, { old = false } = {}): Promise<Placed> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const looked = await lookInto({ bytes, name, cut: false }).catch((e: { code: string }) => e.code);
    this.#files[sha256] = { bytes: Buffer.from(bytes).toString('base64'), looked, name, size: bytes.length, is_current: !old };
    await this.#desktop.application.evaluate(({ ipcMain }, files) => {
      const g = globalThis as unknown as { fpFiles?: unknown };
      const first = g.fpFiles === undefined;
      g.fpFiles = files;
      if (!first) return;
      const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (...a: unknown[]) => unknown> })._invokeHandlers;
      const [channel, original] = [...handlers.entries()].find(([n]) => !n.startsWith('__')) ?? [];
      if (!channel || !original) throw new Error('no');
      handlers.set(channel, (event: unknown, name: unknown, input: unknown) => {
        const all = g.fpFiles as Record<string, Record<string, unknown>>;
        const i = input as { sha256: string; token: string };
        const ok = (value: unknown) => ({ ok: true, value });
        const f = all[i?.sha256] ?? all[i?.token];
        if (name === 'preview.version') return ok({ document_id: '', title: 'Giá đỡ cảm biến', version: f!['is_current'] ? 2 : 1, is_current: f!['is_current'] });
        if (name === 'preview.open') return typeof f!['looked'] === 'string' ? { ok: false, error: { code: f!['looked'], message: '', details: {} } } : ok({ ...f, bytes: undefined, token: i.sha256 });
        if (name === 'preview.bytes') return ok(new Uint8Array(Buffer.from(f!['bytes'] as string, 'base64')));
        if (name === 'preview.close') return ok(null);
        return original(event, name, input);
      });
    }, this.#files);
    return { id: '00000000-0000-4000-8000-000000000000', sha256 };
  }
}
