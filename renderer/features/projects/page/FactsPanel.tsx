import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { texts, type Texts } from '../../../app/i18n.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useValueText } from '../../../ui/value-text.ts';
import { DueDate } from '../parts/DueDate.tsx';
import { isInternal } from '../../../../shared/domain/roles.ts';
import { useSession } from '../../../app/app-store.ts';
import { EditableCustomer } from './edit/EditableCustomer.tsx';
import { EditableDate } from './edit/EditableDate.tsx';
import { EditableMoney } from './edit/EditableMoney.tsx';
import { EditableOwner } from './edit/EditableOwner.tsx';
import { EditablePriority } from './edit/EditablePriority.tsx';
import { EditableTags } from './edit/EditableTags.tsx';
import { useFact } from './edit/use-fact.ts';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';
import { STATUS_REASON } from './status-reason.ts';
import { StatusFact } from './StatusFact.tsx';

type NamedMetadata = keyof Texts['projects']['page']['metadata'];

type NamedIntake = keyof Texts['values']['intake'];

const isNamedIntake = (intake: string): intake is NamedIntake => Object.hasOwn(texts().values.intake, intake);

const isNamed = (key: string): key is NamedMetadata => Object.hasOwn(texts().projects.page.metadata, key);

export function FactsPanel({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const valueText = useValueText();
  const { project } = page;
  const priority = useFact(page, 'priority_level');
  const delivery = useFact(page, 'estimated_delivery_date');
  const tags = useFact(page, 'tags');
  const { person } = useSession();
  const staff = isInternal(person.role);
  const created = format.dateTime(project.created_at);

  return (
    <Panel heading={t('projects.page.facts')}>
      <dl className={classes['facts']}>
        <Entry name={t('values.column.status')}>
          <StatusFact page={page} />
        </Entry>
        <Entry name={t('projects.page.customer')}>
          <EditableCustomer page={page} />
        </Entry>
        {staff && (
          <>
            <Entry name={t('projects.page.owner')}>
              <EditableOwner page={page} />
            </Entry>
            <Entry name={t('values.column.priority_level')}>
              <EditablePriority fact={priority} />
            </Entry>
          </>
        )}
        <Entry name={t('values.column.estimated_delivery_date')}>
          <EditableDate fact={delivery} label={t('values.column.estimated_delivery_date')} />
          <DueDate project={project} onlyWords />
        </Entry>
        {project.actual_delivery_date && (
          <Entry name={t('projects.page.actualDelivery')}>{format.date(project.actual_delivery_date)}</Entry>
        )}
        {staff && (
          <Entry name={t('projects.page.value')}>
            <EditableMoney page={page} />
          </Entry>
        )}
        {project.stage_entered_at && (
          <Entry name={t('projects.page.inStageSince')}>{format.dateTime(project.stage_entered_at)}</Entry>
        )}
        {staff && (
          <>
            <Entry name={t('projects.page.tags')}>
              <EditableTags fact={tags} label={t('projects.page.tags')} />
            </Entry>
            {project.intake_type && (
              <Entry name={t('values.column.intake_type')}>
                {isNamedIntake(project.intake_type) ? t(`values.intake.${project.intake_type}`) : project.intake_type}
              </Entry>
            )}
            {Object.entries(project.metadata)
              .filter(([key]) => key !== STATUS_REASON)
              .map(([key, value]) => (
                <Entry key={key} name={isNamed(key) ? t(`projects.page.metadata.${key}`) : key}>
                  {valueText(key, value)}
                </Entry>
              ))}
            <Entry name={t('projects.page.created')}>
              {project.created_by_name
                ? t('projects.page.createdBy', { when: created, name: project.created_by_name })
                : created}
            </Entry>
            <Entry name={t('project.updated')}>{format.dateTime(project.updated_at)}</Entry>
          </>
        )}
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
