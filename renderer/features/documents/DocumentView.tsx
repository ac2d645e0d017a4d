import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DESCRIPTION_LENGTH, TITLE_LENGTH, type DocumentPage } from '../../../shared/api/documents.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { useReadOnly, useSession } from '../../app/app-store.ts';
import { useMayOpen } from '../../app/destinations.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { EditableText } from '../projects/page/edit/EditableText.tsx';
import { RefusedMark } from '../projects/page/edit/FieldNote.tsx';
import { Panel } from '../projects/page/Panel.tsx';
import { RecordHistory } from '../projects/page/RecordHistory.tsx';
import { useUndoKey } from '../projects/page/undo.ts';
import { AccessPanel } from './AccessPanel.tsx';
import { CheckoutPanel } from './CheckoutPanel.tsx';
import { useAudienceText, useCategoryName } from './document-words.ts';
import { DocumentFacts } from './DocumentFacts.tsx';
import classes from './Documents.module.css';
import { FilePanel } from './FilePanel.tsx';
import { LinkPanel } from './LinkPanel.tsx';
import { useDocumentFact } from './use-document-fact.ts';
import { VersionsPanel } from './VersionsPanel.tsx';

/** One document: which version holds, where it is, who sees it, who has it, and who opened it. */
export function DocumentView({ page }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const categoryName = useCategoryName();
  const audienceText = useAudienceText();
  const { role } = useSession().person;
  const mayOpen = useMayOpen();
  const staff = isInternal(role);
  const readOnly = useReadOnly();
  const { document } = page;
  const title = useDocumentFact(page, 'title');
  const description = useDocumentFact(page, 'description');
  const refusedWhole = page.attention.filter(({ op, columns }) => op === 'insert' || columns.some(({ name }) => /^(checked_out_by|external_url)$/.test(name)));
  useUndoKey();
  return (
    <>
      <header className={classes['pageHead']}>
        <Tooltip label={t('documents.back')}>
          <ActionIcon component={Link} to={paths.documents} size="lg" aria-label={t('documents.back')}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <div className={classes['heading']}>
          <p className={classes['meta']}>
            {categoryName(document.category)}
            {document.project &&
              (mayOpen(paths.projects) ? (
                <Link to={paths.project(document.project.id)}>{`${document.project.code} · ${document.project.title}`}</Link>
              ) : (
                <span>{document.project.code}</span>
              ))}
            {document.source === 'file' && (
              <span className={classes['currentMark']}>
                {t('documents.versions.number', { version: format.number(document.version) })} · {t('documents.versions.current')}
              </span>
            )}
          </p>
          <h1 className={classes['pageTitle']} aria-label={document.title}>
            <EditableText fact={title} label={t('values.column.title')} maxLength={TITLE_LENGTH} required />
          </h1>
        </div>
      </header>
      <div className={classes['pageScroller']} role="region" aria-label={document.title} tabIndex={0}>
        {staff && !page.may.edit && !readOnly && <p className={classes['note']}>{t('documents.page.readOnly')}</p>}
        {refusedWhole.map((item) => (
          <p key={item.id} className={classes['note']}>
            <RefusedMark item={item} />
          </p>
        ))}
        <div className={classes['columns']}>
          <div className={classes['column']}>
            {document.external_url === null ? <FilePanel page={page} /> : <LinkPanel page={page} />}
            {document.external_url === null && <VersionsPanel page={page} />}
            {(page.may.edit || document.description) && (
              <Panel heading={t('values.column.description')}>
                <EditableText fact={description} label={t('values.column.description')} maxLength={DESCRIPTION_LENGTH} multiline />
              </Panel>
            )}
            <RecordHistory heading={t('documents.page.history')} empty={t('documents.page.noHistory')} activity={page.activity} />
          </div>
          <div className={classes['column']}>
            <DocumentFacts page={page} />
            <Panel heading={t('documents.page.who')}>
              {audienceText(page).map((sentence) => (
                <p key={sentence} className={classes['sentence']}>
                  {sentence}
                </p>
              ))}
            </Panel>
            {staff && (!readOnly || document.checked_out_by !== null) && <CheckoutPanel page={page} />}
            <AccessPanel page={page} />
          </div>
        </div>
      </div>
    </>
  );
}
