import { IconAlertTriangle } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { query } from '../../app/queries.ts';
import { Pager } from '../../ui/Pager.tsx';
import { AttentionCard } from './AttentionCard.tsx';
import { attentionAnchor } from './attention-anchor.ts';
import { Section } from './Section.tsx';
import classes from './Sync.module.css';

const PAGE_SIZE = 20;

/** Refused changes, newest first, each with what the person can do about it. */
export function AttentionSection({ total }: { total: number }) {
  const { t } = useTranslation();
  const [wanted, setPage] = useState(0);
  const page = Math.min(wanted, Math.max(0, Math.ceil(total / PAGE_SIZE) - 1));
  const { data, error, refetch } = useQuery({
    ...query('sync.attention', { offset: page * PAGE_SIZE, limit: PAGE_SIZE }),
    placeholderData: keepPreviousData,
  });
  useFocusOnEntry(data);
  const title = t('sync.attentionList.title');
  return (
    <Section
      name="attention"
      title={title}
      icon={IconAlertTriangle}
      count={data === undefined ? undefined : Math.max(total, data.length)}
      lead={t('sync.attentionList.lead')}
      empty={t('sync.attentionList.empty')}
      error={error}
      retry={() => void refetch()}
    >
      <ul className={classes['cards']}>
        {data?.map((item) => (
          <AttentionCard key={item.id} item={item} />
        ))}
      </ul>
      <Pager list={title} page={page} pageSize={PAGE_SIZE} total={total} onChange={setPage} />
    </Section>
  );
}

/** Whoever comes from a refused record goes on at its entry. */
function useFocusOnEntry(items: readonly AttentionItem[] | undefined): void {
  const [parameters] = useSearchParams();
  const entry = parameters.get('entry');
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (entry === null || shown.current === entry) return;
    const element = document.getElementById(attentionAnchor(entry));
    if (!element) return;
    shown.current = entry;
    element.scrollIntoView({ block: 'center' });
    element.focus();
    // Looked for again whenever the list changes: what was known of it before may lack the entry.
  }, [items, entry]);
}
