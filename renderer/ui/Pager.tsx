import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Pager.module.css';
import { useFormat } from './use-format.ts';

interface Props {
  /** What the pages are of. */
  list: string;
  page: number;
  pageSize: number;
  total: number;
  onChange: (page: number) => void;
}

/** Turns the pages of a long list; nothing where all of it fits on one. */
export function Pager({ list, page, pageSize, total, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (total <= pageSize) return null;
  const first = page * pageSize + 1;
  const last = Math.min(total, first + pageSize - 1);
  return (
    <nav className={classes['pager']} aria-label={t('app.pager.label', { list })}>
      {/* Not disabled at the ends, where the focus would be lost; there it says that nothing follows. */}
      <ActionIcon
        aria-label={t('app.pager.previous')}
        aria-disabled={page === 0}
        data-disabled={page === 0 || undefined}
        onClick={() => page > 0 && onChange(page - 1)}
      >
        <IconChevronLeft size={18} aria-hidden />
      </ActionIcon>
      <span role="status">
        {t('app.pager.range', { first: format.number(first), last: format.number(last), total: format.number(total) })}
      </span>
      <ActionIcon
        aria-label={t('app.pager.next')}
        aria-disabled={last === total}
        data-disabled={last === total || undefined}
        onClick={() => last < total && onChange(page + 1)}
      >
        <IconChevronRight size={18} aria-hidden />
      </ActionIcon>
    </nav>
  );
}
