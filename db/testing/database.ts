import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  /** The superuser's URL of this database. */
  url: string;
  client: pg.Client;
  drop: () => Promise<void>;
}

/** A database of its own for one test file, on the server that the test run provides: empty, or a copy of another one there. */
export async function createTestDatabase(template?: string): Promise<TestDatabase> {
  const server = process.env['FP_TEST_POSTGRES_URL'];
  if (!server) throw new Error('FP_TEST_POSTGRES_URL is not set: run the integration tests with npm test');
  const name = `fp_test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name}${template === undefined ? '' : ` template ${template}`}`);

  const url = new URL(server);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    url: url.href,
    client,
    drop: async () => {
      await client.end();
      await onServer(server, `drop database ${name} with (force)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
