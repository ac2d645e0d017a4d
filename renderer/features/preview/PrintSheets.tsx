import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { PreviewOpened } from '../../../shared/api/preview.ts';
import { formatTimestamp } from '../../../shared/domain/timestamps.ts';
import { useSession } from '../../app/app-store.ts';
import { useFormat } from '../../ui/use-format.ts';
import { FactsList } from './FactsList.tsx';
import classes from './Preview.module.css';
import { SheetTable } from './SheetsView.tsx';
import { TextBody } from './TextView.tsx';
import { isWritten } from './written.ts';
import { Watermark } from './Watermark.tsx';

interface Props {
  file: PreviewOpened;
  pictures: readonly string[];
  isCurrent: boolean;
}

/** What comes out of the printer instead of the window: the document, and on every sheet whether it is the current version. */
export function PrintSheets({ file, pictures, isCurrent }: Props) {
  return createPortal(
    <div className={classes['sheets']} data-print-sheets>
      {pictures.map((picture, index) => (
        <section key={picture} className={classes['sheet']}>
          <Caption file={file} isCurrent={isCurrent} place={pictures.length > 1 ? `${index + 1}/${pictures.length}` : ''} />
          <div className={classes['stage']}>
            <img src={picture} alt="" />
            {!isCurrent && <Watermark />}
          </div>
        </section>
      ))}
      {pictures.length === 0 && (
        <>
          <Caption file={file} isCurrent={isCurrent} place="" />
          <PrintedView file={file} />
          {!isCurrent && <Watermark everywhere />}
        </>
      )}
    </div>,
    document.body,
  );
}

function PrintedView({ file: { looked } }: Pick<Props, 'file'>) {
  const { view, facts, kind } = looked;
  if (view.form === 'text') return <TextBody text={view.text} isWords={isWritten(kind)} />;
  if (view.form === 'sheets') return view.sheets.map((sheet, index) => <SheetTable key={index} sheet={sheet} />);
  return <FactsList facts={facts} />;
}

function Caption({ file: { name }, isCurrent, place }: Pick<Props, 'file' | 'isCurrent'> & { place: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { person } = useSession();
  const [printedAt] = useState(() => formatTimestamp(new Date()));
  return (
    <p className={classes['caption']}>
      <span>{[name, place].filter(Boolean).join(' · ')}</span>
      <strong data-old={isCurrent ? undefined : true}>{t(isCurrent ? 'preview.current' : 'preview.old')}</strong>
      <span>{t('shell.print.by', { name: person.name, time: format.dateTime(printedAt) })}</span>
    </p>
  );
}
