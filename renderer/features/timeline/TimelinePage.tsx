import { Button, SegmentedControl } from '@mantine/core';
import { IconSearchOff, IconTimeline } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { TimelineChart } from './TimelineChart.tsx';
import { TimelineFilters } from './TimelineFilters.tsx';
import classes from './Timeline.module.css';
import { setFilter, setZoom, useTimeline, zooms } from './timeline-store.ts';
import { useTimelinePages } from './use-timeline-pages.ts';

/** Open projects as bars from creation to delivery. */
export function TimelinePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { filter, zoom } = useTimeline();
  const [shown, setShown] = useState({ first: 0, last: 0 });
  const onShown = useCallback((first: number, last: number) => setShown({ first, last }), []);
  const { stages, total, rowAt, error, retry } = useTimelinePages(filter, shown.first, shown.last);
  const filtering = Object.values(filter).some((value) => value !== null);
  const clear = () => setFilter({ stage_id: null, assigned_to: null, customer_id: null });
  return (
    <>
      <header className={classes['head']}>
        <h1 className={classes['title']}>{t('timeline.title')}</h1>
        <span className={classes['count']} role="status">
          {total === undefined ? null : t('timeline.count', { count: total, total: format.number(total) })}
        </span>
        <div className={classes['tools']}>
          <TimelineFilters stages={stages} />
          <SegmentedControl
            aria-label={t('timeline.zoom')}
            data={zooms.map((value) => ({ value, label: t(`timeline.zooms.${value}`) }))}
            value={zoom}
            onChange={(value) => setZoom(value)}
          />
        </div>
      </header>
      {error && <LoadFailure error={error} retry={retry} />}
      {total === 0 && !filtering && <Notice icon={IconTimeline} title={t('timeline.emptyTitle')} text={t('timeline.emptyText')} />}
      {total === 0 && filtering && (
        <Notice icon={IconSearchOff} title={t('timeline.noMatchTitle')}>
          <Button variant="default" onClick={clear}>
            {t('projects.table.clearFilters')}
          </Button>
        </Notice>
      )}
      {total !== undefined && total > 0 && (
        <TimelineChart key={zoom} stages={stages} total={total} rowAt={rowAt} onShown={onShown} zoom={zoom} />
      )}
    </>
  );
}
