import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cutWhenSilent } from './connection.ts';

describe('a link on which nothing is heard any more', () => {
  let silent: Server;
  let socket: Socket;

  beforeEach(async () => {
    silent = createServer((accepted) => accepted.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    socket = new Socket();
    const client = new Client({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port, stream: () => socket });
    client.on('error', () => undefined);
    client.connect().catch(() => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    cutWhenSilent(client);
  });

  afterEach(async () => {
    vi.useRealTimers();
    socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is cut after its limit, and not before', () => {
    vi.advanceTimersByTime(15_000);
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(3_000);
    expect(socket.destroyed).toBe(true);
  });

  it('is cut in time where the clock of the machine is set back', () => {
    vi.setSystemTime(Date.now() - 86_400_000);
    vi.advanceTimersByTime(18_000);
    expect(socket.destroyed).toBe(true);
  });

  it('is left alone where the clock leaps forward', () => {
    vi.setSystemTime(Date.now() + 86_400_000);
    vi.advanceTimersByTime(2_000);
    expect(socket.destroyed).toBe(false);
  });
});
