import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DocumentPage } from '../../../shared/api/documents.ts';
import { useReadOnly } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { Panel } from '../projects/page/Panel.tsx';
import { AccessList } from './AccessList.tsx';
import classes from './Documents.module.css';

const FIRST = 8;

/** Who opened the document, or wanted to. */
export function AccessPanel({ page: { document, access, sees_all_access: all } }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  const [shown, setShown] = useState(FIRST);
  return (
    <Panel
      heading={t('documents.access.title')}
      aside={all && !readOnly && access.length > 0 && <Link to={`${paths.documentAccess}?document=${document.id}`}>{t('documents.access.all')}</Link>}
    >
      {!all && <p className={classes['muted']}>{t('documents.access.own')}</p>}
      {access.length === 0 && <p className={classes['muted']}>{t('documents.access.empty')}</p>}
      <AccessList entries={access.slice(0, shown)} />
      {access.length > shown && (
        <Button variant="subtle" onClick={() => setShown(access.length)}>
          {t('documents.access.more')}
        </Button>
      )}
    </Panel>
  );
}
