import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBucket } from '../../main/worker/testing/test-bucket.ts';
import { createDemoCentral, type DemoCentral } from '../testing/demo-central.ts';

let central: DemoCentral;
let bucket: TestBucket;
let id: string;

beforeAll(async () => {
  central = await createDemoCentral();
  bucket = await TestBucket.start();
  id = await bucket.serve(central.client);
});

afterAll(async () => {
  await bucket.stop();
  await central.drop();
});

describe('a signature', () => {
  it('is made with the HMAC of RFC 2104, whatever the length of the key', async () => {
    for (const length of [1, 31, 63, 64, 65, 200]) {
      const [key, message] = [randomBytes(length), randomBytes(length * 3)];
      const { rows } = await central.client.query<{ mac: Buffer }>('select files.hmac($1, $2) as mac', [key, message]);
      expect(rows[0]?.mac.toString('hex'), String(length)).toBe(createHmac('sha256', key).update(message).digest('hex'));
    }
  });

  it('is one that the server accepts', async () => {
    const object = `contents/${randomUUID()}/0`;
    await bucket.send(await bucket.signed(central.client, id, 'PUT', object, 'nội dung'), Buffer.from('nội dung'));
  });
});
