import { z } from 'zod';
import type { LookedInto } from '../domain/content.ts';
import { operation } from './operation.ts';

export interface PreviewOpened {
  name: string;
  size: number;
  looked: LookedInto;
  /** Under which the bytes can be had until it is closed; null where they are not needed. */
  token: string | null;
}

/** The bytes of one version of a document. */
const file = z.strictObject({ document_id: z.guid(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Bytes that one answer carries. */
export const PREVIEW_CHUNK = 1024 * 1024;

export const previewApi = {
  /** Looks into a file. Fails with FILE_NOT_HERE where its bytes have not come yet, and as looking into it does. */
  'preview.open': operation<PreviewOpened>()(file),
  /** The next bytes of an open preview; none at its end. */
  'preview.bytes': operation<{ bytes: Uint8Array }>()(z.strictObject({ token: z.guid(), offset: z.int().min(0) })),
  'preview.close': operation<null>()(z.strictObject({ token: z.guid() })),
};
