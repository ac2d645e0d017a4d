import { Checkbox } from '@mantine/core';
import {
  IconAlertTriangle, IconArrowDown, IconArrowUp, IconBrandGoogleDrive, IconBrandOnedrive, IconClockUp, IconCloud, IconFile, IconFileSearch, IconLink, IconUserEdit, type Icon,
} from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DocumentListRow, DocumentSource } from '../../../shared/api/documents.ts';
import type { FoundInside } from '../../../shared/api/search.ts';
import { useSession } from '../../app/app-store.ts';
import { paths } from '../../app/paths.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';
import { useCategoryName } from './document-words.ts';
import type { DocumentFilters } from './documents-url.ts';
import classes from './Documents.module.css';

export const sourceIcons: Readonly<Record<DocumentSource, Icon>> = {
  file: IconFile,
  google_drive: IconBrandGoogleDrive,
  onedrive: IconBrandOnedrive,
  dropbox: IconCloud,
  url: IconLink,
};

const columns = [
  { id: 'title', sort: 'title' },
  { id: 'category', sort: 'category' },
  { id: 'project', sort: 'project' },
  { id: 'level', sort: null },
  { id: 'source', sort: null },
  { id: 'version', sort: null },
  { id: 'updated_at', sort: 'updated_at' },
] as const;

interface Props {
  rows: readonly DocumentListRow[];
  filters: DocumentFilters;
  change: (patch: Partial<DocumentFilters>) => void;
  marked: ReadonlySet<string>;
  /** Null where nothing is done with several. */
  mark: ((marked: ReadonlySet<string>) => void) | null;
}

/** From row to row by the arrow keys, as in every list of the desktop; Enter opens. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !(event.target instanceof HTMLAnchorElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a[data-row]')];
  const next = links[links.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function DocumentsTable({ rows, filters, change, marked, mark }: Props) {
  const { t } = useTranslation();
  const shown = columns.filter(({ id }) => id !== 'project' || rows.some(({ project }) => project !== null));
  const all = rows.every(({ id }) => marked.has(id));
  return (
    <div className={classes['scroller']} role="region" aria-label={t('documents.list')} tabIndex={0}>
      <table className={classes['table']} data-marks={mark !== null || undefined}>
        <thead>
          <tr>
            {mark && (
              <th scope="col">
                <Checkbox
                  aria-label={t('documents.bulk.markAll')}
                  checked={all}
                  indeterminate={!all && marked.size > 0}
                  onChange={() => mark(all ? new Set() : new Set(rows.map(({ id }) => id)))}
                />
              </th>
            )}
            {shown.map(({ id, sort }) => {
              const name = t(`documents.column.${id}`);
              const active = sort !== null && filters.sort === sort;
              return (
                <th key={id} scope="col" aria-sort={sort === null ? undefined : active ? (filters.descending ? 'descending' : 'ascending') : 'none'}>
                  {sort === null ? (
                    name
                  ) : (
                    <button
                      type="button"
                      className={classes['sort']}
                      onClick={() => change({ sort, descending: active ? !filters.descending : sort === 'updated_at' })}
                    >
                      {name}
                      {active && (filters.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody onKeyDown={walk}>
          {rows.map((row) => (
            <Row
              key={row.id}
              row={row}
              withProject={shown.length === columns.length}
              marked={marked.has(row.id)}
              mark={
                mark &&
                ((on) => {
                  const next = new Set(marked);
                  if (on) next.add(row.id);
                  else next.delete(row.id);
                  mark(next);
                })
              }
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: DocumentListRow;
  withProject: boolean;
  marked: boolean;
  mark: ((on: boolean) => void) | null;
}

function Row({ row, withProject, marked, mark }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const categoryName = useCategoryName();
  const { id: me } = useSession().person;
  const SourceIcon = sourceIcons[row.source];
  return (
    <tr data-marked={marked || undefined}>
      {mark && (
        <td className={classes['markCell']}>
          <Checkbox
            aria-label={t('documents.bulk.mark', { title: row.title })}
            checked={marked}
            onChange={(event) => mark(event.currentTarget.checked)}
          />
        </td>
      )}
      <th scope="row">
        <span className={classes['nameCell']}>
          <Link to={paths.document(row.id)} data-row className={classes['name']}>
            {row.title}
          </Link>
          {row.pending && <IconClockUp size={14} role="img" aria-label={t('projects.edit.waiting')} />}
          {row.refused && <IconAlertTriangle size={14} role="img" className={classes['danger']} aria-label={t('projects.edit.refused')} />}
        </span>
        {(row.checked_out_name !== null || row.tags.length > 0) && (
          <span className={classes['tags']}>
            {row.checked_out_name !== null && (
              <span className={classes['mark']} data-mine={row.checked_out_by === me || undefined}>
                <IconUserEdit size={14} aria-hidden />
                {t('documents.checkout.mark', { name: row.checked_out_name })}
              </span>
            )}
            {row.tags.join(' · ')}
          </span>
        )}
        {row.inside && <Inside found={row.inside} />}
      </th>
      <td>{categoryName(row.category)}</td>
      {withProject && <td title={row.project?.title}>{row.project ? `${row.project.code} · ${row.project.title}` : t('documents.noProject')}</td>}
      <td>{t(`documents.level.${row.access_level}`)}</td>
      <td>
        <span className={classes['source']}>
          <SourceIcon size={16} aria-hidden />
          {t(`documents.source.${row.source}`)}
        </span>
      </td>
      <td>{row.source === 'file' && t('documents.versions.number', { version: format.number(row.version) })}</td>
      <td title={format.dateTime(row.updated_at)}>{format.relative(row.updated_at, now)}</td>
    </tr>
  );
}

/** Why a document is in the list whose name says nothing of what is looked for. */
function Inside({ found: { snippet, is_current, version } }: { found: FoundInside }) {
  const { t } = useTranslation();
  const format = useFormat();
  const where = is_current ? t('documents.inside.current') : t('documents.inside.old', { version: format.number(version) });
  return (
    <span className={classes['inside']} title={snippet ?? undefined}>
      <IconFileSearch size={14} aria-hidden />
      <span>{snippet === null ? where : `${where}: ${snippet}`}</span>
    </span>
  );
}
