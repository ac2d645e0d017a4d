import { create } from 'zustand';
import type { ExportFormat, ExportProgress, ExportWords } from '../../../shared/api/audit.ts';
import { AppError } from '../../../shared/errors.ts';
import { call, subscribe } from '../../app/bridge.ts';
import { i18n } from '../../app/i18n.ts';
import { toAppError } from '../../app/start.ts';
import { notifyDone, notifyFailure } from '../../ui/notify.tsx';
import type { AuditQuestion } from './audit-url.ts';

interface ExportRun {
  running: boolean;
  progress: ExportProgress | null;
}

/** The one export of this window; it goes on while the person visits other pages. */
export const useExportRun = create<ExportRun>()(() => ({ running: false, progress: null }));

export async function startExport(
  request: { filter: AuditQuestion; format: ExportFormat; words: ExportWords },
  formatNumber: (value: number) => string,
): Promise<void> {
  if (useExportRun.getState().running) return;
  useExportRun.setState({ running: true, progress: null });
  const end = subscribe('audit.exporting', (progress) => useExportRun.setState({ progress }));
  try {
    const done = await call('audit.export', request);
    if (done) notifyDone(i18n.t('audit.export.done', { count: done.rows, rows: formatNumber(done.rows), file: done.file }));
  } catch (error) {
    const { code } = toAppError(error);
    if (error instanceof AppError && code === 'EXPORT_CANCELLED') notifyDone(i18n.t('audit.export.stopped'));
    else notifyFailure(i18n.t('audit.export.failed'), i18n.t(`errors.${code}`));
  } finally {
    end();
    useExportRun.setState({ running: false, progress: null });
  }
}
