import { createHash, randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { readSignedRequest, type Bucket, type SignedRequest } from '../../main/worker/files/bucket.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { CommandError } from './failures.ts';

const sent = Buffer.from('Factory Pulse');
const others = Buffer.from('Factory Pylse');

/** A request of the owner's own, for an object that no content has. */
export async function signedFor(owner: ClientBase, bucketId: string, method: 'PUT' | 'GET' | 'DELETE', object: string, body?: Buffer): Promise<SignedRequest> {
  const hash = createHash('sha256').update(body ?? '').digest('hex');
  const { rows } = await owner.query<{ request: string }>('select files.signed($1, $2, $3, $4, $5)::text as request', [bucketId, method, object, hash, body?.length ?? null]);
  return readSignedRequest(rows[0]?.request);
}

/** Puts, gets and removes an object of its own, and finds out whether the store keeps to what was signed. */
export async function tryBucket(owner: ClientBase, bucket: Bucket, id: string): Promise<void> {
  const object = `trials/${randomUUID()}`;
  const sign = (method: 'PUT' | 'GET' | 'DELETE', body?: Buffer): Promise<SignedRequest> => signedFor(owner, id, method, object, body);

  const put = await sign('PUT', sent);
  await bucket.send(put, sent);
  try {
    if (!(await bucket.send(await sign('GET'))).equals(sent)) throw new AppError('FILE_DAMAGED', 'the store gives other bytes than it took');
    // Whoever has a signature must not be able to put something else with it.
    if ((await failureOf(bucket.send(put, others))) !== 'FILE_DAMAGED') {
      throw new CommandError('BUCKET_UNCHECKED', 'the store takes other bytes than were signed', 'use a store that checks x-amz-content-sha256');
    }
  } finally {
    await bucket.send(await sign('DELETE'));
  }
  // What is missing has to be told from what is refused.
  if ((await failureOf(bucket.send(await sign('GET')))) !== 'FILE_NOT_AT_CENTRE') {
    throw new CommandError('BUCKET_CANNOT_LIST', 'the store does not say of a missing object that it is missing', 'give the key the right to list the bucket (s3:ListBucket)');
  }
}

/** The code of the failure; null where it went well. Fails itself where the store is out of order. */
async function failureOf(attempt: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await attempt;
    return null;
  } catch (error) {
    if (error instanceof AppError && ['FILE_NOT_AT_CENTRE', 'FILE_DAMAGED', 'FILE_BUCKET_REFUSED'].includes(error.code)) return error.code;
    throw error;
  }
}
