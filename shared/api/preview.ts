import { z } from 'zod';
import type { LookedInto } from '../domain/content.ts';
import { operation } from './operation.ts';

/** Which version of which document a content is. */
export interface PreviewVersion {
  document_id: string;
  title: string;
  version: number;
  is_current: boolean;
}

export interface PreviewOpened {
  name: string;
  size: number;
  looked: LookedInto;
  /** Under which the bytes can be had, in their order, until it is closed; null where they are not needed. */
  token: string | null;
}

/** The content of one version of a document. */
const content = z.strictObject({ document_id: z.guid(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export const previewApi = {
  'preview.version': operation<PreviewVersion>()(content),
  /** Looks into a file. Fails with FILE_NOT_HERE where its bytes have not come yet, and as looking into it does. */
  'preview.open': operation<PreviewOpened>()(content),
  /** The next bytes of an open preview; none at its end. */
  'preview.bytes': operation<Uint8Array>()(z.strictObject({ token: z.guid() })),
  'preview.close': operation<null>()(z.strictObject({ token: z.guid() })),
  /** Fetches the bytes now; resolves when they are here. */
  'preview.download': operation<null>()(content),
  'preview.stopDownload': operation<null>()(content),
};
