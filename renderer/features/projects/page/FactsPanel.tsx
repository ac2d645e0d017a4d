import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectPage } from '../../../../shared/api/projects.ts';
import { en } from '../../../app/locales.ts';
import { useFormat } from '../../../ui/use-format.ts';
import { useValueText } from '../../../ui/value-text.ts';
import { DueDate } from '../parts/DueDate.tsx';
import { EditableDate } from './edit/EditableDate.tsx';
import { EditablePriority } from './edit/EditablePriority.tsx';
import { useFact } from './edit/use-fact.ts';
import classes from './Page.module.css';
import { Panel } from './Panel.tsx';

type NamedMetadata = keyof typeof en.projects.page.metadata;

type NamedIntake = keyof typeof en.values.intake;

const isNamedIntake = (intake: string): intake is NamedIntake => Object.hasOwn(en.values.intake, intake);

const isNamed = (key: string): key is NamedMetadata => Object.hasOwn(en.projects.page.metadata, key);

export function FactsPanel({ page }: { page: ProjectPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const valueText = useValueText();
  const { project } = page;
  const priority = useFact(page, 'priority_level');
  const delivery = useFact(page, 'estimated_delivery_date');
  const none = <span className={classes['none']}>{t('app.value.none')}</span>;
  const created = format.dateTime(project.created_at);

  return (
    <Panel heading={t('projects.page.facts')}>
      <dl className={classes['facts']}>
        <Entry name={t('projects.page.customer')}>{project.customer_name ?? none}</Entry>
        <Entry name={t('projects.page.owner')}>{project.assigned_name ?? none}</Entry>
        <Entry name={t('values.column.priority_level')}>
          <EditablePriority fact={priority} />
        </Entry>
        <Entry name={t('values.column.estimated_delivery_date')}>
          <EditableDate fact={delivery} label={t('values.column.estimated_delivery_date')} />
          <DueDate project={project} onlyWords />
        </Entry>
        {project.actual_delivery_date && (
          <Entry name={t('projects.page.actualDelivery')}>{format.date(project.actual_delivery_date)}</Entry>
        )}
        <Entry name={t('projects.page.value')}>
          {project.estimated_value === null ? none : format.money(project.estimated_value, project.currency)}
        </Entry>
        {project.stage_entered_at && (
          <Entry name={t('projects.page.inStageSince')}>{format.dateTime(project.stage_entered_at)}</Entry>
        )}
        {project.intake_type && (
          <Entry name={t('values.column.intake_type')}>
            {isNamedIntake(project.intake_type) ? t(`values.intake.${project.intake_type}`) : project.intake_type}
          </Entry>
        )}
        {Object.entries(project.metadata).map(([key, value]) => (
          <Entry key={key} name={isNamed(key) ? t(`projects.page.metadata.${key}`) : key}>
            {valueText(key, value)}
          </Entry>
        ))}
        {project.tags.length > 0 && (
          <Entry name={t('projects.page.tags')}>
            <span className={classes['tags']}>
              {project.tags.map((tag) => (
                <span key={tag} className={classes['tag']}>
                  {tag}
                </span>
              ))}
            </span>
          </Entry>
        )}
        <Entry name={t('projects.page.created')}>
          {project.created_by_name
            ? t('projects.page.createdBy', { when: created, name: project.created_by_name })
            : created}
        </Entry>
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
