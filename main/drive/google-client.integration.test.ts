import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { googleAt } from './endpoints.ts';
import { oauthClient } from './google-client.ts';

let server: Server;
let address: string;

beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') return;
    response.statusCode = request.url === '/refused' ? 403 : 200;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('a signal that serves many requests is held by those alone that are under way, and ends them', async () => {
  const { transporter } = oauthClient(googleAt(address), { id: 'x', secret: null });
  const stop = new AbortController();
  const ask = (path: string) => transporter.request({ url: `${address}${path}`, signal: stop.signal });
  const listeners = () => getEventListeners(stop.signal, 'abort').length;
  await ask('/answered');
  await ask('/answered');
  await expect(ask('/refused')).rejects.toMatchObject({ status: 403 });
  expect(listeners()).toBe(0);
  const slow = ask('/slow');
  await expect.poll(listeners).toBe(1);
  stop.abort(new Error('stopped'));
  await expect(slow).rejects.toThrow();
  expect(listeners()).toBe(0);
});
