import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivateFile } from './atomic-file.ts';
import { hasKeyring, type Vault } from './keyring.ts';
import type { Log } from './logging.ts';
import type { MachineSecret } from './worker/protocol.ts';

const SECRET_BYTES = 32;

/** All that were ever made, oldest first: a keyring that is reset and later restored opens what it sealed before. */
const fileSchema = z.strictObject({ version: z.literal(1), sealed: z.array(z.base64()) });

export interface MachineSecretsParts {
  file: string;
  vault: Vault;
  platform: NodeJS.Platform;
  log: Log;
}

/**
 * What binds the replicas to this machine and system user: random bytes, sealed by the keyring. Those that it opens, the
 * present one last; none where there is no keyring. The first call makes one, and so does the first after a loss.
 */
export async function machineSecrets({ file, vault, platform, log }: MachineSecretsParts): Promise<MachineSecret[]> {
  if (!hasKeyring(vault, platform)) return [];
  const sealed = await readSealed(file, log);
  const opened = sealed.map((one) => unseal(vault, one)).filter((secret) => secret !== null);
  if (opened.length < sealed.length) log.warn('machine-secret.not-opened', { kept: sealed.length, opened: opened.length });
  if (opened.length > 0) return opened;
  const secret = randomBytes(SECRET_BYTES);
  const fresh = vault.encryptString(secret.toString('base64')).toString('base64');
  const content: z.infer<typeof fileSchema> = { version: 1, sealed: [...sealed, fresh] };
  await writePrivateFile(file, JSON.stringify(content));
  return [secret];
}

async function readSealed(file: string, log: Log): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return fileSchema.parse(JSON.parse(text)).sealed;
  } catch {
    // Only the fact is logged: a parser's message may quote what it read.
    const kept = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
    await rename(file, kept);
    log.error('machine-secret.damaged', { kept });
    return [];
  }
}

function unseal(vault: Vault, sealed: string): Buffer | null {
  try {
    const secret = Buffer.from(vault.decryptString(Buffer.from(sealed, 'base64')), 'base64');
    return secret.length === SECRET_BYTES ? secret : null;
  } catch {
    // The keyring has another key by now.
    return null;
  }
}
