import { IconArrowsSplit2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { query } from '../../app/queries.ts';
import { Pager } from '../../ui/Pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { ConflictCard } from './ConflictCard.tsx';
import { RecordLink } from './RecordLink.tsx';
import { goToSection, Section } from './Section.tsx';
import classes from './Sync.module.css';

const PAGE_SIZE = 10;

/** Values that lost against another person's, over all kinds of records. */
export function ConflictsSection() {
  const { t } = useTranslation();
  const { data, error, retry, page, setPage } = usePages((part) => query('sync.conflicts', part), PAGE_SIZE);
  const title = t('sync.conflictList.title');
  return (
    <Section
      name="conflicts"
      title={title}
      icon={IconArrowsSplit2}
      count={data?.total}
      lead={t('sync.conflictList.lead')}
      empty={t('sync.conflictList.empty')}
      error={error}
      retry={retry}
    >
      <ul className={classes['cards']}>
        {data?.rows.map((conflict) => (
          <ConflictCard
            key={conflict.id}
            conflict={conflict}
            record={<RecordLink record={conflict} />}
            settled={() => goToSection('conflicts')}
          />
        ))}
      </ul>
      <Pager list={title} page={page} pageSize={PAGE_SIZE} total={data?.total ?? 0} onChange={setPage} />
    </Section>
  );
}
