import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StageDraft, WorkflowAdmin } from '../../../shared/api/workflow.ts';
import { query } from '../../app/queries.ts';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { StageDot } from '../projects/parts/StageDot.tsx';
import { faultyStages, moved, newStage } from './draft.ts';
import { PreviewDialog } from './PreviewDialog.tsx';
import { SortableList } from './SortableList.tsx';
import { StageEditor } from './StageEditor.tsx';
import classes from './Workflow.module.css';

/** The stages that projects pass, and their steps; for administrators. */
export function WorkflowPage() {
  const workflow = useQuery(query('workflow.get'));
  if (workflow.error) return <LoadFailure page error={workflow.error} retry={() => void workflow.refetch()} />;
  return workflow.data ? <WorkflowEditor stored={workflow.data} readAgain={workflow.refetch} /> : null;
}

function WorkflowEditor({ stored, readAgain }: { stored: WorkflowAdmin; readAgain: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const format = useFormat();
  // Where the person began; what others change meanwhile is neither shown nor overwritten until they are done.
  const [edit, setEdit] = useState<{ before: StageDraft[]; after: StageDraft[] } | null>(null);
  const [selected, setSelected] = useState(stored.stages[0]?.id);
  const [previewing, setPreviewing] = useState(false);
  const before = edit?.before ?? stored.stages;
  const stages = edit?.after ?? stored.stages;
  const stage = stages.find(({ id }) => id === selected) ?? stages[0];
  const changed = edit !== null && JSON.stringify(edit.before) !== JSON.stringify(edit.after);
  const faulty = faultyStages(stages);
  const write = (after: StageDraft[]) => setEdit({ before, after });
  const end = () => {
    setPreviewing(false);
    setEdit(null);
  };
  return (
    <>
      <header className={classes['header']}>
        <h1 className={classes['title']}>{t('workflow.title')}</h1>
        <div className={classes['actions']}>
          {faulty.length > 0 && (
            <span className={classes['problem']} role="status">
              {t('workflow.faulty', { stages: format.list(faulty.map(({ name }) => name || t('workflow.unnamed'))) })}
            </span>
          )}
          <Button disabled={!changed || faulty.length > 0} onClick={() => setPreviewing(true)}>
            {t('workflow.toPreview')}
          </Button>
          <Button variant="default" disabled={!changed} onClick={end}>
            {t('workflow.discard')}
          </Button>
        </div>
      </header>
      <div className={classes['panes']}>
        <div className={classes['stages']}>
          <p className={classes['muted']}>{t('workflow.lead')}</p>
          <SortableList label={t('workflow.stages')} rows={stages} move={(from, to) => write(moved(stages, from, to))}>
            {(row) => (
              <button type="button" className={classes['stageButton']} aria-pressed={row.id === stage?.id} onClick={() => setSelected(row.id)}>
                <StageDot color={row.color} />
                <span className={classes['rowName']}>{row.name || t('workflow.unnamed')}</span>
                <span className={classes['rowNote']}>
                  {[
                    !row.is_active && t('workflow.off'),
                    stored.pending.includes(row.id) && t('workflow.pending'),
                    t('workflow.projects', { count: stored.projects[row.id] ?? 0 }),
                  ]
                    .filter((note) => note !== false)
                    .join(' · ')}
                </span>
              </button>
            )}
          </SortableList>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => {
              const added = newStage(t('workflow.newStage'));
              write([...stages, added]);
              setSelected(added.id);
            }}
          >
            {t('workflow.addStage')}
          </Button>
        </div>
        {stage && (
          <StageEditor
            key={stage.id}
            stage={stage}
            old={before.find(({ id }) => id === stage.id)}
            projects={stored.projects[stage.id] ?? 0}
            change={(change) => write(stages.map((other) => (other.id === stage.id ? { ...other, ...change } : other)))}
            remove={() => write(stages.filter(({ id }) => id !== stage.id))}
          />
        )}
      </div>
      {previewing && edit && <PreviewDialog before={edit.before} after={edit.after} close={() => setPreviewing(false)} saved={() => readAgain().then(end)} />}
    </>
  );
}
