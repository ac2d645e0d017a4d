import type { Input, OperationName, Output } from '../../shared/api/index.ts';
import { INTAKE_PART_BYTES } from '../../shared/api/files.ts';
import { PIECE_BYTES } from '../../shared/domain/file-pieces.ts';
import { AppError } from '../../shared/errors.ts';
import type { WorkerHost } from '../worker-host.ts';
import type { ContentStore } from './transfers.ts';

type Host = Pick<WorkerHost, 'request' | 'control'>;

/** The worker's store: bytes go to it part by part as from a window, and come from it piece by piece. Nothing lies on the disk in the clear. */
export function workerStore(host: Host): ContentStore {
  async function ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    const envelope = await host.request(name, input);
    if (!envelope.ok) throw new AppError(envelope.error.code, envelope.error.message, envelope.error.details);
    // The contract states the output of each operation; the worker's handlers are checked against it.
    return envelope.value as Output<Name>;
  }

  return {
    async takeIn(name, size, bytes) {
      await host.control('worker.makeRoomForCopy', { bytes: size });
      const { id } = await ask('files.beginIntake', { name, size });
      try {
        let number = 0;
        for await (const part of inParts(bytes)) {
          await ask('files.intakeChunk', { id, number, bytes: part.toString('base64') });
          number += 1;
        }
        return await ask('files.endIntake', { id });
      } catch (error) {
        await ask('files.cancelIntake', { id }).catch(() => null);
        throw error;
      }
    },

    async keepCopy(copy) {
      await host.control('worker.keepDriveCopy', copy);
    },

    async source(documentId, sha256) {
      const content = { document_id: documentId, sha256 };
      const facts = await host.control('worker.sendContent', content);
      return {
        ...facts,
        async *open(from) {
          for (let at = from; at < facts.size; ) {
            const number = Math.floor(at / PIECE_BYTES);
            const piece = await host.control('worker.readPiece', { ...content, number });
            yield piece.subarray(at - number * PIECE_BYTES);
            at = (number + 1) * PIECE_BYTES;
          }
        },
      };
    },
  };
}

async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    waiting = Buffer.concat([waiting, piece]);
    for (; waiting.length >= INTAKE_PART_BYTES; waiting = waiting.subarray(INTAKE_PART_BYTES)) yield waiting.subarray(0, INTAKE_PART_BYTES);
  }
  if (waiting.length > 0) yield waiting;
}
