import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PreviewOpened } from '../../../shared/api/preview.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { Decoder } from './decoder.ts';

export type PreviewState =
  /** `size` is null until the file has been looked into. */
  | { step: 'loading'; done: number; size: number | null }
  /** The bytes are not on this machine. */
  | { step: 'missing' }
  /** An earlier state, whose backup does not hold them. */
  | { step: 'notInBackup' }
  | { step: 'stopped' }
  | { step: 'failed'; error: unknown }
  | { step: 'shown'; file: PreviewOpened; decoder: Decoder | null };

export interface Preview {
  state: PreviewState;
  stop(): void;
  again(): void;
  /** Something of what is shown could not be drawn. */
  failed(error: unknown): void;
}

/** Opens the preview of a file, loads what has to be decoded, and closes all of it again. */
export function usePreview(documentId: string, sha256: string): Preview {
  const { t } = useTranslation();
  const frameTitle = t('preview.frame');
  const [attempt, setAttempt] = useState(0);
  const asked = `${documentId} ${sha256} ${attempt}`;
  const [stopped, setStopped] = useState<string | null>(null);
  const [found, setFound] = useState<{ asked: string; state: PreviewState }>({ asked, state: begun });
  const isStopped = stopped === asked;

  useEffect(() => {
    if (isStopped) return;
    let left = false;
    let decoder: Decoder | null = null;
    let token: string | null = null;
    const leaving = new AbortController();
    const tell = (state: PreviewState): void => {
      if (!left) setFound({ asked, state });
    };
    const release = (): void => {
      leaving.abort();
      if (token !== null) void call('preview.close', { token }).catch(() => undefined);
      token = null;
    };
    const load = async (): Promise<void> => {
      const file = await call('preview.open', { document_id: documentId, sha256 });
      token = file.token;
      const { view } = file.looked;
      if (token !== null && (view.form === 'pages' || view.form === 'picture')) {
        const bytes = await bytesOf(token, file.size, (done) => {
          if (left) throw new AppError('CONTENT_DAMAGED', 'nobody waits any more');
          tell({ step: 'loading', done, size: file.size });
        });
        const opened = await Decoder.open({ form: view.form, type: view.form === 'picture' ? view.type : '', bytes }, frameTitle, leaving.signal);
        decoder = opened.decoder;
      }
      if (left) release();
      else tell({ step: 'shown', file, decoder });
    };
    tell(begun);
    load().catch((error: unknown) => {
      release();
      const code = error instanceof AppError ? error.code : null;
      tell(code === 'FILE_NOT_HERE' ? { step: 'missing' } : code === 'FILE_NOT_IN_BACKUP' ? { step: 'notInBackup' } : { step: 'failed', error });
    });
    return () => {
      left = true;
      release();
    };
  }, [asked, documentId, sha256, isStopped, frameTitle]);

  const failed = useCallback((error: unknown) => setFound({ asked, state: { step: 'failed', error } }), [asked]);
  return {
    state: isStopped ? { step: 'stopped' } : found.asked === asked ? found.state : begun,
    stop: () => setStopped(asked),
    again: () => setAttempt((before) => before + 1),
    failed,
  };
}

const begun: PreviewState = { step: 'loading', done: 0, size: null };

async function bytesOf(token: string, size: number, tell: (done: number) => void): Promise<ArrayBuffer> {
  const whole = new Uint8Array(size);
  for (let offset = 0; offset < size; ) {
    tell(offset);
    const bytes = await call('preview.bytes', { token });
    if (bytes.length === 0 || offset + bytes.length > size) throw new AppError('CONTENT_DAMAGED', 'the bytes are not as many as they were');
    whole.set(bytes, offset);
    offset += bytes.length;
  }
  return whole.buffer;
}
