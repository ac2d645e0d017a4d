import { Button, Checkbox } from '@mantine/core';
import { IconFile, IconFolder, IconServer2 } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DriveItem, DriveListing } from '../../../shared/api/drive.ts';
import { call } from '../../app/bridge.ts';
import { query } from '../../app/queries.ts';
import { Delayed } from '../../ui/Delayed.tsx';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Drive.module.css';

interface Props {
  place: DriveListing['place'];
  open: (item: DriveItem) => void;
  onlyFolders?: boolean;
  /** Where files are picked: which are, and what a press does. */
  picked?: ReadonlyMap<string, DriveItem>;
  toggle?: (item: DriveItem) => void;
}

/** What lies in one place, page by page. */
export function DriveList({ place, open, onlyFolders = false, picked, toggle }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const fileSize = useFileSize();
  const list = useInfiniteQuery({
    queryKey: ['drive.list', place, onlyFolders],
    queryFn: ({ pageParam }) => call('drive.list', { place, only_folders: onlyFolders, page: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    // Drive changes by itself: what is opened again is asked for again.
    gcTime: 0,
  });
  if (list.error) return <LoadFailure error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) {
    return (
      <Delayed>
        <p role="status">{t('drive.picker.loading')}</p>
      </Delayed>
    );
  }
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return <Notice icon={IconFolder} title={t(onlyFolders && place.kind !== 'drives' ? 'drive.empty.folders' : `drive.empty.${place.kind}`)} text={t('drive.empty.text')} />;
  }
  return (
    <div className={classes['scroller']}>
      {list.data.pages.some((page) => page.incomplete) && <p className={classes['muted']}>{t('drive.picker.incomplete')}</p>}
      <ul className={classes['items']} aria-label={t('drive.picker.list')}>
        {items.map((item, position) => (
          // A shortcut stands beside its target, under the same id.
          <li key={`${item.id} ${position}`} className={classes['item']}>
            {picked && toggle && (
              <Checkbox
                aria-label={t('drive.picker.pick', { name: item.name })}
                checked={picked.has(item.id)}
                disabled={item.kind === 'drive'}
                onChange={() => toggle(item)}
              />
            )}
            <Picture item={item} />
            <div className={classes['facts']}>
              {item.kind === 'file' ? (
                <span className={classes['name']}>{item.name}</span>
              ) : (
                <Button variant="subtle" className={classes['folder'] ?? ''} onClick={() => open(item)} aria-label={t('drive.picker.open', { name: item.name })}>
                  {item.name}
                </Button>
              )}
              <span className={classes['muted']}>
                {[
                  item.shortcut ? t('drive.picker.shortcut') : null,
                  item.size === null ? null : fileSize(item.size),
                  item.modified_at === null ? null : format.dateTime(item.modified_at),
                  item.owner,
                  item.kind === 'file' && !item.can_download ? t('drive.picker.noDownload') : null,
                ]
                  .filter((fact) => fact !== null)
                  .join(' · ')}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('drive.picker.more')}
        </Button>
      )}
    </div>
  );
}

function Picture({ item }: { item: DriveItem }) {
  const { data } = useQuery({ ...query('drive.thumbnail', { id: item.id }), enabled: item.thumbnail });
  if (data) return <img src={data} alt="" className={classes['picture']} />;
  const Icon = item.kind === 'drive' ? IconServer2 : item.kind === 'folder' ? IconFolder : IconFile;
  return <Icon size={24} stroke={1.5} aria-hidden className={classes['icon']} />;
}
