import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentPage } from '../../../shared/api/documents.ts';
import { isInternal } from '../../../shared/domain/roles.ts';
import { useSession } from '../../app/app-store.ts';
import { query } from '../../app/queries.ts';
import { useFormat } from '../../ui/use-format.ts';
import { EditableChoice } from '../projects/page/edit/EditableChoice.tsx';
import { EditableTags } from '../projects/page/edit/EditableTags.tsx';
import { Panel } from '../projects/page/Panel.tsx';
import { useCategoryName } from './document-words.ts';
import classes from './Documents.module.css';
import { FactMenu } from './FactMenu.tsx';
import { useDocumentFact } from './use-document-fact.ts';

const OFFERED = 20;

export function DocumentFacts({ page }: { page: DocumentPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const categoryName = useCategoryName();
  const { document } = page;
  const { role } = useSession().person;
  const staff = isInternal(role);
  const { data: choices } = useQuery(query('documents.choices'));
  const [search, setSearch] = useState<string | null>(null);
  const { data: projects } = useQuery({
    ...query('projects.list', { search: (search ?? '').slice(0, 200), limit: OFFERED }),
    enabled: search !== null,
    placeholderData: keepPreviousData,
  });
  const project = useDocumentFact(page, 'project_id');
  const category = useDocumentFact(page, 'category');
  const tags = useDocumentFact(page, 'tags');
  const level = useDocumentFact(page, 'access_level');
  const created = format.dateTime(document.created_at);
  return (
    <Panel heading={t('documents.page.facts')}>
      <dl className={classes['facts']}>
        {role !== 'supplier' && (
          <Entry name={t('documents.filter.project')}>
            <EditableChoice
              fact={project}
              label={t('documents.filter.project')}
              shown={document.project ? `${document.project.code} · ${document.project.title}` : null}
              choices={(projects?.rows ?? []).map(({ id, project_id, title }) => ({ value: id, label: `${project_id} · ${title}` }))}
              onSearch={setSearch}
              nothingFound={t('audit.filters.noProject')}
            />
          </Entry>
        )}
        <Entry name={t('documents.filter.category')}>
          <FactMenu fact={category} name={t('documents.filter.category')} choices={choices?.categories ?? []} textOf={categoryName} />
        </Entry>
        <Entry name={t('documents.filter.level')}>
          <FactMenu
            fact={level}
            name={t('documents.filter.level')}
            choices={page.may.levels}
            textOf={(value) => t(`documents.level.${value}`)}
            noteOf={(value) => t(`documents.seen.levels.${value}`)}
          />
        </Entry>
        {staff && (
          <Entry name={t('values.column.tags')}>
            <EditableTags fact={tags} label={t('values.column.tags')} />
          </Entry>
        )}
        {document.source === 'file' && (
          <Entry name={t('documents.page.approval')}>
            {document.approved_at === null
              ? t('documents.page.notApproved')
              : document.approved_name === null
                ? t('documents.page.approved', { when: format.dateTime(document.approved_at) })
                : t('documents.page.approvedBy', { name: document.approved_name, when: format.dateTime(document.approved_at) })}
          </Entry>
        )}
        <Entry name={t('projects.page.created')}>
          {document.uploaded_name === null
            ? t('documents.page.addedAt', { when: created })
            : t('documents.page.added', { name: document.uploaded_name, when: created })}
        </Entry>
        <Entry name={t('project.updated')}>{format.dateTime(document.updated_at)}</Entry>
      </dl>
    </Panel>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
