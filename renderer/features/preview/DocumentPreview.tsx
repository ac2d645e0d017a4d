import { Button, Progress } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconFileOff, IconFileSearch, IconPlayerStop, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PreviewOpened } from '../../../shared/api/preview.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { useErrorText } from '../../ui/error-text.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { Notice } from '../../ui/Notice.tsx';
import { FileButtons } from '../documents/FileButtons.tsx';
import type { Decoder } from './decoder.ts';
import { FactsList } from './FactsList.tsx';
import { Missing } from './Missing.tsx';
import { PageView } from './PageView.tsx';
import { PrintSheets } from './PrintSheets.tsx';
import classes from './Preview.module.css';
import { SheetsView } from './SheetsView.tsx';
import { TextView } from './TextView.tsx';
import { usePreview } from './use-preview.ts';
import { usePrintSheets } from './use-print-sheets.ts';
import { Watermark } from './Watermark.tsx';
import { isWritten } from './written.ts';

interface Props {
  documentId: string;
  /** Of the version that is shown. */
  sha256: string;
  isCurrent: boolean;
}

/** A version of a document as it looks, without a program of its own; an old one is marked wherever it is seen or printed. */
export function DocumentPreview({ documentId, sha256, isCurrent }: Props) {
  const { t } = useTranslation();
  const { state, stop, again, failed } = usePreview(documentId, sha256);
  return (
    <section className={classes['preview']} aria-label={t('preview.title')} aria-busy={state.step === 'loading'}>
      {state.step === 'loading' && <Loading done={state.done} size={state.size} stop={stop} />}
      {state.step === 'stopped' && (
        <Notice icon={IconPlayerStop} title={t('preview.stopped')}>
          <Button variant="default" onClick={again}>
            {t('preview.show')}
          </Button>
        </Notice>
      )}
      {state.step === 'missing' && <Missing documentId={documentId} sha256={sha256} arrived={again} />}
      {state.step === 'notInBackup' && <Notice icon={IconFileOff} title={t('past.noContent')} text={t('errors.FILE_NOT_IN_BACKUP')} />}
      {state.step === 'failed' && <Failed documentId={documentId} sha256={sha256} error={state.error} again={again} />}
      {state.step === 'shown' && (
        <Shown documentId={documentId} sha256={sha256} isCurrent={isCurrent} file={state.file} decoder={state.decoder} failed={failed} />
      )}
    </section>
  );
}

function Loading({ done, size, stop }: { done: number; size: number | null; stop(): void }) {
  const { t } = useTranslation();
  const sizeText = useFileSize();
  return (
    <Delayed>
      <Notice
        icon={IconFileSearch}
        title={t('preview.loading')}
        text={size === null ? t('preview.looking') : t('preview.progress', { done: sizeText(done), size: sizeText(size) })}
      >
        <Progress value={size === null || size === 0 ? 100 : (done / size) * 100} animated={size === null} w={240} aria-label={t('preview.loading')} />
        <Button variant="default" onClick={stop}>
          {t('preview.stop')}
        </Button>
      </Notice>
    </Delayed>
  );
}

function Failed({ documentId, sha256, error, again }: Omit<Props, 'isCurrent'> & { error: unknown; again(): void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div role="alert">
      <Notice icon={IconFileOff} title={t('preview.failed')} text={errorText(error)}>
        <div className={classes['toolbar']}>
          <FileButtons documentId={documentId} sha256={sha256} />
          <Button variant="subtle" onClick={again}>
            {t('app.actions.retry')}
          </Button>
        </div>
      </Notice>
    </div>
  );
}

interface ShownProps extends Props {
  file: PreviewOpened;
  decoder: Decoder | null;
  failed(error: unknown): void;
}

function Shown({ documentId, sha256, isCurrent, file, decoder, failed }: ShownProps) {
  const { t } = useTranslation();
  const sizeText = useFileSize();
  const { printing, print, stop } = usePrintSheets(file, decoder);
  const { facts, warnings } = file.looked;
  return (
    <>
      <div className={classes['head']}>
        <p className={classes['name']}>
          {file.name} <span className={classes['size']}>{sizeText(file.size)}</span>
        </p>
        <StateMark isCurrent={isCurrent} />
        <div className={classes['actions']}>
          {printing.step === 'preparing' ? (
            <>
              <span role="status" className={classes['size']}>
                {t('preview.preparing', { page: printing.page, pages: printing.pages })}
              </span>
              <Button variant="default" onClick={stop}>
                {t('preview.stop')}
              </Button>
            </>
          ) : (
            <Button variant="default" leftSection={<IconPrinter size={17} stroke={1.6} aria-hidden />} onClick={print}>
              {t('preview.print')}
            </Button>
          )}
          <FileButtons documentId={documentId} sha256={sha256} />
        </div>
      </div>
      {warnings.length > 0 && (
        <ul className={classes['warnings']}>
          {warnings.map((warning) => (
            <li key={warning}>{t(`preview.warning.${warning}`)}</li>
          ))}
        </ul>
      )}
      {printing.step === 'failed' && <PrintFailed error={printing.error} />}
      <View isCurrent={isCurrent} file={file} decoder={decoder} failed={failed} />
      {file.looked.view.form !== 'facts' && <FactsList facts={facts} />}
      {printing.step === 'ready' && <PrintSheets file={file} pictures={printing.pictures} isCurrent={isCurrent} />}
    </>
  );
}

function PrintFailed({ error }: { error: unknown }) {
  const errorText = useErrorText();
  return (
    <p role="alert" className={classes['warnings']}>
      {errorText(error)}
    </p>
  );
}

/** Which version this is, unmistakably: by word, colour and sign. */
function StateMark({ isCurrent }: { isCurrent: boolean }) {
  const { t } = useTranslation();
  const StateIcon = isCurrent ? IconCheck : IconAlertTriangle;
  return (
    <span className={classes['state']} data-old={isCurrent ? undefined : true} role="status">
      <StateIcon size={15} stroke={2} aria-hidden />
      {t(isCurrent ? 'preview.current' : 'preview.old')}
    </span>
  );
}

function View({ isCurrent, file, decoder, failed }: Omit<ShownProps, 'documentId' | 'sha256'>) {
  const { t } = useTranslation();
  const { view, facts, kind } = file.looked;
  switch (view.form) {
    case 'pages':
    case 'picture':
      return decoder === null ? null : (
        <PageView name={file.name} decoder={decoder} form={view.form} pages={view.form === 'pages' ? view.pages : 1} isCurrent={isCurrent} failed={failed} />
      );
    case 'text':
      return view.text === '' ? (
        <p className={classes['note']}>{t('preview.emptyText')}</p>
      ) : (
        <TextView text={view.text} isWords={isWritten(kind)} isCurrent={isCurrent} />
      );
    case 'sheets':
      return <SheetsView sheets={view.sheets} sheetCount={view.sheet_count} isCurrent={isCurrent} />;
    case 'facts':
      return (
        <div className={`${classes['stage']} ${classes['told']}`}>
          <p className={classes['note']}>{t(facts.length > 0 ? 'preview.factsOnly' : 'preview.noView')}</p>
          <FactsList facts={facts} />
          {!isCurrent && <Watermark />}
        </div>
      );
  }
}
