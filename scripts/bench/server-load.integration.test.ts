import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing/database.ts';
import { ServerLoad } from './server-load.ts';
import { secondClient } from './central.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

describe.runIf(process.platform === 'linux')('the load of the server', () => {
  it('holds the CPU of its processes, also of those that have ended, and their memory', async () => {
    const load = await ServerLoad.of(database.client);
    const before = load?.cpuSeconds() ?? Number.NaN;
    const other = await secondClient(database);
    await other.query('select count(md5(n::text)) from generate_series(1, 2000000) n');
    await other.end();
    await expect.poll(() => (load?.cpuSeconds() ?? Number.NaN) - before).toBeGreaterThan(0.1);
    expect(load?.memoryMb()).toBeGreaterThan(5);
  });
});
