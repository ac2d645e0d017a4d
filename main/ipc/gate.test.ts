import { describe, expect, it, vi } from 'vitest';
import { openGate } from './gate.ts';

type Handler = (event: object, name: unknown, input: unknown) => Promise<unknown>;

const handlers = vi.hoisted(() => new Map<string, Handler>());

// Electron itself is not in this process.
vi.mock('electron', () => ({ ipcMain: { handle: (channel: string, handler: Handler) => handlers.set(channel, handler) } }));

describe('the gate', () => {
  it('keeps what a page asks before the application is there, and has it answered then', async () => {
    const answerPages = openGate();
    const [handler] = handlers.values();
    const early = handler?.({}, 'session.current', undefined);
    const late = vi.fn();
    void early?.then(late);
    await new Promise((resolve) => setImmediate(resolve));
    expect(late).not.toHaveBeenCalled();
    answerPages((_event, name) => ({ ok: true, value: name }));
    expect(await early).toEqual({ ok: true, value: 'session.current' });
    expect(await handler?.({}, 'lock.state', undefined)).toEqual({ ok: true, value: 'lock.state' });
  });
});
