import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedCentralError, start } from '../lib/embedded-central.mjs';
import { fastSettings } from '../lib/integration-database.mjs';
import { proofOn } from '../../main/worker/backup/verify-centre.ts';
import type { CentralProof } from '../../main/worker/backup/verify.ts';

/**
 * A PostgreSQL of its own for one check, which goes afterwards, so that nothing is restored beside people's data. Null where
 * this machine has no PostgreSQL of ours.
 */
export async function withThrowawayServer<T>(use: (proof: CentralProof | null) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'factory-pulse-verify-'));
  try {
    const server = await start({ dataDir, settings: fastSettings }).catch((error: unknown) => {
      if (error instanceof EmbeddedCentralError) return null;
      throw error;
    });
    if (!server) return await use(null);
    try {
      return await use(proofOn(server.url));
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
