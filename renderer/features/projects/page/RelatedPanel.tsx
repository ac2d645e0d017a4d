import { Button, Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { relatedKinds, type RelatedKind, type RelatedRow } from '../../../../shared/api/project-page.ts';
import { texts, type Texts } from '../../../app/i18n.ts';
import { paths } from '../../../app/paths.ts';
import { query } from '../../../app/queries.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { AddDocument } from '../../documents/AddDocument.tsx';
import { KeepOffline } from '../../files/KeepOffline.tsx';
import { Panel } from './Panel.tsx';
import classes from './Related.module.css';

type NamedStatus = keyof Texts['project']['related']['status'];
type NamedReview = keyof Texts['project']['related']['reviewType'];

const isNamedStatus = (status: string): status is NamedStatus => Object.hasOwn(texts().project.related.status, status);
const isNamedReview = (type: string): type is NamedReview => Object.hasOwn(texts().project.related.reviewType, type);

/** How far a status is on its way, for its colour. */
const good = new Set(['approved', 'completed', 'accepted', 'received', 'closed', 'quoted', 'acknowledged']);
const bad = new Set(['rejected', 'declined', 'cancelled', 'expired', 'withdrawn', 'needs_revision']);

/** What hangs on the project, kind by kind, as far as the role reads it; an empty list says what will be in it. */
export function RelatedPanel({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const { data: related } = useQuery(query('project.related', { id: projectId }));
  const [chosen, setChosen] = useState<string | null>(null);
  if (!related) return null;
  const kinds = relatedKinds.filter((kind) => related[kind]);
  const opened = chosen ?? kinds.find((kind) => (related[kind]?.total ?? 0) > 0) ?? kinds[0] ?? null;
  return (
    <Panel heading={t('project.related.title')}>
      <Tabs value={opened} onChange={setChosen} keepMounted={false}>
        <Tabs.List>
          {kinds.map((kind) => (
            <Tabs.Tab key={kind} value={kind} px="xs">
              {t(`project.related.kind.${kind}`)} <span className={classes['count']}>{related[kind]?.total}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {kinds.map((kind) => (
          <Tabs.Panel key={kind} value={kind} pt="xs">
            <RelatedList kind={kind} list={related[kind] ?? { total: 0, rows: [] }} />
            {kind === 'documents' && <ProjectDocuments projectId={projectId} />}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Panel>
  );
}

function RelatedList({ kind, list: { total, rows } }: { kind: RelatedKind; list: { total: number; rows: RelatedRow[] } }) {
  const { t } = useTranslation();
  if (total === 0) return <p className={classes['none']}>{t(`project.related.empty.${kind}`)}</p>;
  return (
    <>
      <ul className={classes['list']} aria-label={t(`project.related.kind.${kind}`)}>
        {rows.map((row) => (
          <RelatedEntry key={row.id} kind={kind} row={row} />
        ))}
      </ul>
      {total > rows.length && <p className={classes['none']}>{t('project.related.more', { count: total - rows.length })}</p>}
    </>
  );
}

/** From the project's documents on: another one, and the list of all of them. */
function ProjectDocuments({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const { data: mayAdd } = useQuery(query('documents.mayAdd', { project_id: projectId }));
  return (
    <div className={classes['actions']}>
      {mayAdd && (
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          {t('documents.add')}
        </Button>
      )}
      <Button component={Link} to={`${paths.documents}?project=${projectId}`} variant="subtle">
        {t('documents.ofProject')}
      </Button>
      <KeepOffline kind="project" target_id={projectId} />
      {adding && <AddDocument projectId={projectId} close={() => setAdding(false)} created={(id) => void navigate(paths.document(id))} />}
    </div>
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function RelatedEntry({ kind, row }: { kind: RelatedKind; row: RelatedRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const code = kind === 'reviews' ? t(`project.related.reviewType.${row.code !== null && isNamedReview(row.code) ? row.code : 'other'}`) : row.code;
  const when = row.due && (DAY.test(row.due) ? format.date(row.due) : format.dateTime(row.due));
  const notes = [
    row.who,
    when && t(kind === 'supplier_quotes' ? 'project.related.validUntil' : 'project.related.due', { when }),
    row.amount !== null && row.currency && format.money(row.amount, row.currency),
    t('project.related.created', { when: format.dateTime(row.created_at) }),
  ].filter(Boolean);
  return (
    <li className={classes['entry']}>
      <span className={classes['text']}>
        {kind === 'documents' ? (
          <Link to={paths.document(row.id)} className={classes['name']}>
            {row.title}
          </Link>
        ) : (
          <span className={classes['name']}>{[code, row.title].filter(Boolean).join(' · ')}</span>
        )}
        <span className={classes['note']}>{notes.join(' · ')}</span>
      </span>
      {row.version !== null && (
        <span className={classes['state']} data-tone={row.is_current ? 'good' : undefined}>
          {t('project.related.version', { version: format.number(row.version) })} ·{' '}
          {t(row.is_current ? 'project.related.current' : 'project.related.old')}
        </span>
      )}
      {row.status !== null && (
        <span className={classes['state']} data-tone={good.has(row.status) ? 'good' : bad.has(row.status) ? 'bad' : undefined}>
          {isNamedStatus(row.status) ? t(`project.related.status.${row.status}`) : row.status}
        </span>
      )}
    </li>
  );
}
