import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAuthority } from '../worker/testing/certificates.ts';
import { revoke } from './connection.ts';
import { googleAt } from './endpoints.ts';

let server: Server;
let asked: number;
const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];

beforeEach(async () => {
  asked = 0;
  const { certificate: cert, key } = createAuthority('Rogue CA').issue(['127.0.0.1']);
  server = createServer({ cert, key }, (_request, response) => {
    asked += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('a certificate that nobody vouches for gets no token, whatever the environment says', async () => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  const endpoints = googleAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const waiting = { wait: () => Promise.resolve(), random: () => 0 };
  await expect(revoke(endpoints, { id: 'x', secret: null }, 'token', waiting)).rejects.toMatchObject({ code: 'DRIVE_UNREACHABLE' });
  expect(asked).toBe(0);
});
