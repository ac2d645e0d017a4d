import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cutWhenSilent } from './connection.ts';

let server: Server;
let far: Socket;
let near: Socket;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  near.resume();
  near.on('error', () => undefined);
  far = await accepted;
  far.on('error', () => undefined);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] });
  // Of a client only its socket counts here.
  cutWhenSilent({ connection: { stream: near } } as unknown as Client);
});

afterEach(() => {
  vi.useRealTimers();
  near.destroy();
  far.destroy();
  server.close();
});

async function hearSomething(): Promise<void> {
  const heard = new Promise((resolve) => near.once('data', resolve));
  far.write('.');
  await heard;
}

describe('a link on which nothing is heard', () => {
  it('is cut after 16 seconds, and not before', () => {
    vi.advanceTimersByTime(16_000);
    expect(near.destroyed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(near.destroyed).toBe(true);
  });

  it('stays while something is heard now and then', async () => {
    for (let round = 0; round < 3; round += 1) {
      vi.advanceTimersByTime(15_000);
      await hearSomething();
    }
    expect(near.destroyed).toBe(false);
  });

  it('is cut in time although the clock of the machine is set back', () => {
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(17_000);
    expect(near.destroyed).toBe(true);
  });

  it('is cut at once when the machine has slept', () => {
    // Its clock went on, everything else stood still.
    vi.setSystemTime(Date.now() + 180_000);
    vi.advanceTimersByTime(1_000);
    expect(near.destroyed).toBe(true);
  });
});
